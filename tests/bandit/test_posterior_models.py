"""Models come and go while the posterior is in use."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandit.evidence import Evidence
from bandit.posterior import Posterior
from tests.bandit.beliefs import (
    World,
    assert_same_belief,
    contexts,
    observations,
    repeatable,
    worlds,
)


@repeatable
@given(worlds(least_models=2), st.data())
def test_removing_a_model_keeps_what_is_believed_of_the_others(
    world: World, data: st.DataObject
) -> None:
    posterior = world.learned()
    gone = data.draw(st.sampled_from(world.models))
    others, context = [m for m in world.models if m != gone], data.draw(contexts(world.size))
    before = posterior.at(context, others)

    posterior.remove_model(gone)

    after = posterior.at(context, others)
    assert posterior.models == tuple(others)
    np.testing.assert_allclose(after.mean, before.mean, rtol=0.0, atol=1e-9)
    np.testing.assert_allclose(after.std, before.std, rtol=0.0, atol=1e-9)
    np.testing.assert_allclose(after.own_std, before.own_std, rtol=0.0, atol=1e-9)


@repeatable
@given(worlds(least_models=2), st.data())
def test_what_comes_after_a_removal_counts_as_if_there_were_none(
    world: World, data: st.DataObject
) -> None:
    gone, others = world.models[-1], world.models[:-1]
    later = data.draw(observations(world.size, others))
    kept, thinned = world.learned(), world.learned()
    thinned.remove_model(gone)

    kept.observe(later)
    thinned.observe(later)
    kept.remove_model(gone)

    assert_same_belief(kept, thinned)


@repeatable
@given(worlds(least_models=2), st.data())
def test_a_rating_of_a_model_that_stays_can_be_retracted_after_a_removal(
    world: World, data: st.DataObject
) -> None:
    posterior, others = world.learned(), world.models[:-1]
    later = data.draw(observations(world.size, others))
    posterior.remove_model(world.models[-1])
    before = posterior.copy()

    posterior.observe(later)
    posterior.retract(later)

    assert_same_belief(posterior, before)


@repeatable
@given(worlds(), st.data())
def test_adding_a_model_leaves_the_others_unchanged(world: World, data: st.DataObject) -> None:
    posterior, context = world.learned(), data.draw(contexts(world.size))
    before = posterior.at(context, world.models)

    posterior.add_model("new", 0.7)

    after = posterior.at(context, world.models)
    np.testing.assert_allclose(after.mean, before.mean, rtol=0.0, atol=1e-9)
    np.testing.assert_allclose(after.std, before.std, rtol=0.0, atol=1e-9)


@repeatable
@given(worlds())
def test_a_model_nobody_rated_comes_and_goes_without_a_trace(world: World) -> None:
    posterior = world.learned()

    posterior.add_model("new", 0.7)
    posterior.remove_model("new")

    assert_same_belief(posterior, world.learned())


@repeatable
@given(worlds(least_models=2), st.floats(0.5, 50.0))
def test_noise_learned_after_a_removal_leaves_the_belief_sound(world: World, times: float) -> None:
    posterior = world.learned()
    for _ in range(300):
        posterior.observe(Evidence.of_preference(np.ones(world.size), "b", "a", 0.1, "user"))
    posterior.remove_model("b")

    posterior.noise["user"] *= times
    posterior.refactor()

    prior = posterior.prior.covariance(len(posterior.models), world.size)
    assert np.linalg.eigvalsh(posterior.covariance()).min() > 0.0
    assert np.linalg.eigvalsh(prior - posterior.covariance()).min() > -1e-9


def test_a_new_model_knows_the_difficulty_the_others_showed() -> None:
    posterior = Posterior(2, World(2, (), []).posterior().prior)
    posterior.add_model("old", 0.5)
    hard = np.array([1.0, 2.0])
    for _ in range(200):
        posterior.observe(Evidence.of_rating(hard, "old", 0.1, "user"))

    posterior.add_model("new", 0.5)

    assert posterior.mean_at(hard, ["new"])[0] < 0.3


def test_evidence_on_a_model_that_is_gone_is_refused() -> None:
    posterior = World(1, ("a", "b"), []).posterior()
    posterior.remove_model("b")

    with pytest.raises(KeyError, match="b"):
        posterior.observe(Evidence.of_rating(np.ones(1), "b", 0.5, "user"))


def test_the_last_model_can_go_and_another_come() -> None:
    posterior = World(2, ("a",), []).posterior()

    posterior.remove_model("a")
    posterior.add_model("b", 0.6)

    assert posterior.mean_at(np.array([1.0, 0.0]), ["b"]).tolist() == pytest.approx([0.6])
