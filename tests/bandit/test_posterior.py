"""The promises of the posterior."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bandit.arrays import Matrix, Vector
from bandit.evidence import Evidence
from bandit.posterior import REFACTOR_EVERY, Posterior
from bandit.prior import Prior
from tests.bandit.beliefs import (
    CAUTION,
    NOISE,
    World,
    assert_same_belief,
    observations,
    repeatable,
    worlds,
)


@repeatable
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(world: World, random: Random) -> None:
    shuffled = list(world.evidence)
    random.shuffle(shuffled)

    other = World(world.size, world.models, shuffled).learned()

    assert_same_belief(world.learned(), other)


@repeatable
@given(worlds(), st.data())
def test_retracting_undoes_observing(world: World, data: st.DataObject) -> None:
    taken_back = data.draw(observations(world.size, world.models))
    before = world.learned()

    after = before.copy()
    after.observe(taken_back)
    after.retract(taken_back)

    assert_same_belief(before, after)


@repeatable
@given(worlds())
def test_retracting_everything_leaves_the_prior(world: World) -> None:
    posterior = world.learned()

    for one in world.evidence:
        posterior.retract(one)

    assert_same_belief(posterior, world.posterior())
    assert all(sums.count.sum() == pytest.approx(0.0) for sums in posterior.moments.values())


@repeatable
@given(worlds())
def test_the_belief_is_the_closed_form_ridge_solution(world: World) -> None:
    mean, covariance = _ridge(world)

    learned = world.learned()

    np.testing.assert_allclose(learned.mean(), mean, rtol=0.0, atol=1e-8)
    np.testing.assert_allclose(learned.covariance(), covariance, rtol=0.0, atol=1e-8)


@repeatable
@given(worlds(), st.floats(0.0, 3.0))
def test_a_weight_counts_an_observation_that_many_times(world: World, weight: float) -> None:
    first = world.evidence[0]
    weighed = Evidence(first.context, first.signs, first.value, first.source, weight)

    moved = World(world.size, world.models, [*world.evidence, weighed]).learned()
    factored = moved.copy()
    factored.refactor()

    assert_same_belief(moved, factored)


@pytest.mark.parametrize("count", [1, 3, 4, 32, 33, 60, 9 * REFACTOR_EVERY])
def test_observing_all_at_once_is_observing_one_by_one(count: int) -> None:
    world = _noisy_world(count)

    at_once = world.posterior()
    at_once.observe_all(world.evidence)

    assert_same_belief(at_once, world.learned())


def test_fresh_factorisations_pass_unnoticed() -> None:
    world = _noisy_world(3 * REFACTOR_EVERY + 7)

    learned = world.learned()

    assert_same_belief(learned, _refactored(learned), tolerance=1e-12)


def test_the_covariance_is_sound_after_a_hundred_thousand_updates() -> None:
    posterior = _noisy_world(0).posterior()
    rng = np.random.default_rng(3)

    for values in rng.uniform(-1.0, 1.0, (50_000, 3)):
        evidence = _preference(values) if values[2] > 0.8 else _rating(values)
        posterior.observe(evidence)
        if values[0] > 0.0:
            posterior.retract(evidence)
            posterior.observe(evidence)

    covariance = posterior.covariance()
    scale = covariance.max()
    np.testing.assert_allclose(covariance, covariance.T, rtol=0.0, atol=1e-12 * scale)
    assert np.linalg.eigvalsh(covariance).min() > 0.0
    fresh = _refactored(posterior)
    np.testing.assert_allclose(covariance, fresh.covariance(), rtol=0.0, atol=1e-9 * scale)
    np.testing.assert_allclose(posterior.mean(), fresh.mean(), rtol=0.0, atol=1e-9)


@repeatable
@given(worlds(), st.floats(0.0, 1.0))
def test_forgetting_moves_towards_the_prior_and_never_beyond(world: World, keep: float) -> None:
    before, prior = world.learned(), world.posterior()

    after = before.copy()
    after.forget(keep)

    wider, widest = after.covariance() - before.covariance(), prior.covariance()
    assert np.linalg.eigvalsh(wider).min() > -1e-10
    assert np.linalg.eigvalsh(widest - after.covariance()).min() > -1e-10
    np.testing.assert_allclose(
        np.linalg.inv(after.covariance()) - prior.prior_precision(),
        keep * (np.linalg.inv(before.covariance()) - prior.prior_precision()),
        rtol=1e-6,
        atol=1e-4,
    )


@repeatable
@given(worlds())
def test_forgetting_everything_leaves_the_prior(world: World) -> None:
    posterior = world.learned()

    posterior.forget(0.0)

    assert_same_belief(posterior, world.posterior())


def test_models_are_uncertain_apart_only_in_what_they_do_not_share() -> None:
    posterior = Posterior(1, Prior(shared_intercept=0.04, own_intercept=0.01))
    posterior.add_model("a", 0.5)
    posterior.add_model("b", 0.5)

    belief = posterior.at(np.ones(1), ["a", "b"])

    np.testing.assert_allclose(belief.std**2, 0.05)
    np.testing.assert_allclose(belief.own_std**2, 0.01)


def test_a_belief_is_given_in_the_order_it_is_asked_for() -> None:
    posterior = _noisy_world(50).learned()
    context = np.array([1.0, 0.5, -0.5])

    there, back = posterior.at(context, ["a", "b"]), posterior.at(context, ["b", "a"])

    np.testing.assert_array_equal(there.mean, back.mean[::-1])
    np.testing.assert_array_equal(there.std, back.std[::-1])
    np.testing.assert_array_equal(posterior.mean_at(context, ["b", "a"]), back.mean)


def _ridge(world: World) -> tuple[Vector, Matrix]:
    """Mean and covariance with every observation a row of ``H``; nothing but linear algebra."""
    before = world.posterior()
    rows = np.zeros((len(world.evidence), len(world.models), world.size))
    for row, one in zip(rows, world.evidence, strict=True):
        for model, sign in one.signs.items():
            row[world.models.index(model)] = sign * one.context
    h = rows.reshape(len(rows), -1)
    trust = np.diag([1.0 / (CAUTION * NOISE[one.source]) for one in world.evidence])
    prior = np.linalg.inv(before.prior.covariance(len(world.models), world.size))
    covariance = np.linalg.inv(prior + h.T @ trust @ h).astype(np.float64)
    values = np.array([one.value for one in world.evidence])
    mean = covariance @ (prior @ before.prior_mean() + h.T @ trust @ values)
    return mean, covariance


def _refactored(posterior: Posterior) -> Posterior:
    fresh = posterior.copy()
    fresh.refactor()
    return fresh


def _rating(values: Vector) -> Evidence:
    model = "a" if values[1] > 0.0 else "b"
    return Evidence.of_rating(np.array([1.0, *values[:2]]), model, abs(values[2]), "user")


def _preference(values: Vector) -> Evidence:
    return Evidence.of_preference(np.array([1.0, *values[:2]]), "a", "b", 0.1, "judge")


def _noisy_world(count: int) -> World:
    values = np.random.default_rng(1).uniform(-1.0, 1.0, (count, 3))
    evidence = [_preference(row) if row[2] > 0.7 else _rating(row) for row in values]
    return World(3, ("a", "b"), evidence)


def test_what_has_no_weight_moves_nothing_to_or_fro() -> None:
    belief = Posterior(2, Prior())
    belief.add_model("a", 0.5)
    before = belief.copy()
    weightless = Evidence.of_rating(np.array([1.0, 0.3]), "a", 0.9, "user", weight=0.0)

    belief.observe(weightless)
    belief.retract(weightless)

    assert_same_belief(belief, before)


@repeatable
@given(worlds(), st.floats(0.1, 3.0))
def test_caution_takes_nothing_from_a_surprise(world: World, weight: float) -> None:
    cautious, sure = world.posterior(), Posterior(world.size, Prior())
    sure.noise = dict(NOISE)
    for model, quality in cautious.prior_quality.items():
        sure.add_model(model, quality)
    first = replace(world.evidence[0], weight=weight)

    surprise = cautious.foresee([first]).surprises()

    np.testing.assert_allclose(surprise, sure.foresee([first]).surprises(), rtol=1e-9)
