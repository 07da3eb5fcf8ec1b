from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandit.objective import Objective
from simulations.environment import Environment
from simulations.fixed import fixed_models
from simulations.hindsight import Hindsight
from simulations.yardsticks import choose
from tests.bandit.beliefs import repeatable
from tests.simulations.streams import MODELS, happened, stream


def hindsight(environment: Environment, cost_weight: float = 0.0) -> Hindsight:
    """In which models are chosen in turn, or the first where that is unable."""
    able = environment.able()
    turn = np.arange(len(environment)) % len(environment.models)
    chosen = np.where(able[np.arange(len(turn)), turn] > 0, turn, 0)
    return Hindsight.of(environment, Objective(cost_weight), chosen)


def broken(seed: int, requests: int = 40) -> Environment:
    """Models come and go; one is always able."""
    rng = np.random.default_rng(seed)
    able = (rng.random((requests, 3)) < 0.5).astype(np.intp)
    able[np.arange(requests), rng.integers(3, size=requests)] = 1
    return replace(stream(requests), quality=rng.random((requests, 3)), available=able)


@pytest.mark.parametrize(("requests", "late"), [(1, 1), (2, 1), (5, 3), (60, 30)])
def test_the_second_half_begins_in_the_middle_or_a_request_before(requests: int, late: int) -> None:
    whole = hindsight(stream(requests))

    half = whole.second_half()

    assert len(half) == late
    assert (half.quality == whole.quality[requests // 2 :]).all()
    assert (half.chosen == whole.chosen[requests // 2 :]).all()


def test_what_was_obtained_is_of_the_models_that_were_chosen() -> None:
    whole = hindsight(stream(4))

    assert whole.obtained(whole.quality).tolist() == [
        whole.quality[t, k] for t, k in enumerate([0, 1, 2, 0])
    ]


def test_a_model_has_its_mean_where_it_is_able_and_none_where_it_never_is() -> None:
    environment = happened("death:model=fair", stream(60))

    whole = hindsight(environment)

    means = whole.means(whole.quality)
    assert means[1] == pytest.approx(environment.quality[:30, 1].mean())
    assert np.isnan(whole.second_half().means(whole.second_half().quality)).tolist() == [
        False,
        True,
        False,
    ]


def test_fixed_models_are_those_that_are_ever_able_the_cheapest_first() -> None:
    whole = hindsight(happened("death:model=cheap", stream(60)))

    assert [one.model for one in whole.fixed()] == ["cheap", "fair", "strong"]
    assert [one.model for one in whole.second_half().fixed()] == ["fair", "strong"]


def test_fixed_models_of_the_whole_are_those_that_reports_show() -> None:
    environment = happened("arrival", stream(60))

    own, shown = hindsight(environment).fixed(), fixed_models([environment])

    assert [one.model for one in own] == [one.model for one in shown] == list(MODELS)
    assert [one.quality for one in own] == pytest.approx([one.quality for one in shown])
    assert [one.cost_usd for one in own] == pytest.approx([one.cost_usd for one in shown])


@repeatable
@given(st.integers(0, 10_000), st.sampled_from([0.0, 1.0, 30.0]))
def test_always_the_best_is_what_the_yardsticks_choose(seed: int, cost_weight: float) -> None:
    environment, objective = broken(seed), Objective(cost_weight)
    whole, rng = hindsight(environment, cost_weight), np.random.default_rng(0)

    assert (whole.always(whole.reward) == choose("best-single", environment, objective, rng)).all()
    assert (whole.always(whole.quality) == choose("strongest", environment, objective, rng)).all()
