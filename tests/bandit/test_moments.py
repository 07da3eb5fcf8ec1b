"""Sums over observations are those of their rows written out."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bandit.evidence import Evidence
from bandit.moments import Moments
from bandit.observations import Observations
from tests.bandit.beliefs import World, repeatable, worlds

INDEX = {"a": 0, "b": 1}
X = np.array([1.0, 2.0])


def test_a_rating_sees_its_model_only() -> None:
    sums = Moments.empty(2, 2)

    sums.add(seen(Evidence.of_rating(X, "b", 0.5, "user")))

    h = np.array([0.0, 0.0, 1.0, 2.0])
    assert sums.hh.tolist() == np.outer(h, h).tolist()
    assert sums.hy.tolist() == (0.5 * h).tolist()
    assert sums.yy.tolist() == [0.0, 0.25]
    assert sums.count.tolist() == [0.0, 1.0]


def test_a_preference_sees_the_difference_of_its_two() -> None:
    sums = Moments.empty(2, 2)

    sums.add(seen(Evidence.of_preference(X, "b", "a", 0.2, "user")))

    h = np.array([-1.0, -2.0, 1.0, 2.0])
    assert sums.hh.tolist() == np.outer(h, h).tolist()
    np.testing.assert_allclose(sums.hy, 0.2 * h)
    np.testing.assert_allclose(sums.yy, [0.02, 0.02])
    assert sums.count.tolist() == [0.5, 0.5]


@repeatable
@given(worlds(), st.floats(0.0, 1.0))
def test_scaled_sums_are_sums_of_lighter_observations(world: World, keep: float) -> None:
    whole, light = summed(world, 1.0), summed(world, keep)

    whole.scale(keep)

    np.testing.assert_allclose(whole.hh, light.hh, atol=1e-9)
    np.testing.assert_allclose(whole.hy, light.hy, atol=1e-9)
    np.testing.assert_allclose(whole.yy, light.yy, atol=1e-9)
    np.testing.assert_allclose(whole.count, light.count, atol=1e-9)


def test_sums_that_grew_hold_nothing_of_the_new_model() -> None:
    sums = Moments.empty(1, 2)
    sums.add(Observations.of([Evidence.of_rating(X, "a", 0.5, "user")], {"a": 0}))

    sums.grow(2)

    assert sums.hh[2:].any() is np.False_
    assert (sums.hy[2:].tolist(), sums.yy.tolist()) == ([0.0, 0.0], [0.25, 0.0])
    assert sums.count.tolist() == [1.0, 0.0]


def summed(world: World, weight: float) -> Moments:
    sums = Moments.empty(len(world.models), world.size)
    index = {model: k for k, model in enumerate(world.models)}
    for one in world.evidence:
        sums.add(Observations.of([replace(one, weight=weight)], index))
    return sums


def seen(evidence: Evidence) -> Observations:
    return Observations.of([evidence], INDEX)
