"""The promises of Thompson sampling."""

import numpy as np
import pytest
from msgspec.structs import replace

from bandit import codec
from bandit.arrays import Vector
from bandit.decision import Choice, Rating
from bandit.errors import CannotUnlearn, NoCandidates, StateError
from bandit.objective import Objective
from bandit.policies.thompson import SavedThompson, Thompson
from bandit.posterior import Posterior
from bandit.prior import Prior

MODELS = ("small", "medium", "large")
COST_USD = np.array([0.0001, 0.001, 0.01])
PLAIN = np.array([1.0, 0.0])


def thompson(exploration: float = 0.4, floor: float = 0.0, size: int = 2) -> Thompson:
    posterior = Posterior(size, Prior())
    for model in MODELS:
        posterior.add_model(model, 0.5)
    return Thompson(posterior, exploration, floor, {"user": 0.05})


def choice(
    context: Vector = PLAIN, cost_weight: float = 0.0, latency_weight: float = 0.0
) -> Choice:
    seconds = np.array([3.0, 2.0, 1.0])
    return Choice(context, MODELS, COST_USD, seconds, Objective(cost_weight, latency_weight))


def rating(model: str, quality: float, context: Vector = PLAIN, seq: int = 0) -> Rating:
    return Rating(context, model, quality, "user", candidates=MODELS, seq=seq)


def until_it_is_believed(policy: Thompson, model: str, quality: float, start: int) -> int:
    """Ratings of one quality until the belief is within a tenth of it; gives the next place."""
    for seq in range(start, start + 100):
        policy.learn(rating(model, quality, seq=seq))
        if abs(believed(policy, model) - quality) < 0.1:
            return seq + 1
    raise AssertionError("not within a hundred ratings")


def believed(policy: Thompson, model: str) -> float:
    return float(policy.posterior.mean_at(PLAIN, [model])[0])


def some_ratings(count: int) -> list[Rating]:
    """Ratings by which the large model is good at what the others are bad at."""
    rng, ratings = np.random.default_rng(2), []
    for x in rng.uniform(-1.0, 1.0, count):
        model = MODELS[rng.integers(3)]
        skill = 0.5 + (0.3 * x if model == "large" else -0.3 * x)
        noisy = float(np.clip(skill + 0.1 * rng.standard_normal(), 0.0, 1.0))
        ratings.append(rating(model, noisy, np.array([1.0, x])))
    return ratings


def taught(policy: Thompson, count: int = 200) -> Thompson:
    for one in some_ratings(count):
        policy.learn(one)
    return policy


def test_a_greedy_choice_between_equals_is_certain() -> None:
    policy, rng = thompson(exploration=0.0), np.random.default_rng(0)

    decisions = [policy.decide(choice(), rng) for _ in range(20)]

    assert {d.model for d in decisions} == {"small"}
    assert {d.propensity for d in decisions} == {1.0}


def test_a_floor_leaves_every_candidate_its_share() -> None:
    dear = choice(cost_weight=1e4)

    decision = taught(thompson(floor=0.3)).decide(dear, np.random.default_rng(0))

    np.testing.assert_allclose(decision.propensities, [0.8, 0.1, 0.1])


def test_the_best_draw_for_its_price_is_chosen() -> None:
    rng = np.random.default_rng(5)

    decision = thompson().decide(choice(cost_weight=20.0, latency_weight=0.01), rng)

    penalty = 20.0 * COST_USD + 0.01 * np.array([3.0, 2.0, 1.0])
    np.testing.assert_allclose(decision.utility, decision.sampled_quality - penalty)
    assert decision.chosen == decision.utility.argmax()


@pytest.mark.parametrize(("x", "share"), [(0.9, 1.0), (-0.9, 0.0)])
def test_it_learns_what_a_model_is_good_at(x: float, share: float) -> None:
    policy = taught(thompson(), 600)

    decision = policy.decide(choice(np.array([1.0, x])), np.random.default_rng(0))

    assert decision.propensities[MODELS.index("large")] == pytest.approx(share, abs=0.01)


def test_exploration_widens_the_draws_and_not_the_stated_deviation() -> None:
    bold, shy = thompson(exploration=1.0), thompson(exploration=0.01)

    wide = bold.decide(choice(), np.random.default_rng(1))
    narrow = shy.decide(choice(), np.random.default_rng(1))

    np.testing.assert_allclose(
        wide.sampled_quality - wide.quality_mean,
        100.0 * (narrow.sampled_quality - narrow.quality_mean),
    )
    np.testing.assert_array_equal(wide.quality_std, narrow.quality_std)


def explored(policy: Thompson) -> Vector:
    """How much of its deviation each model's draws have, shape ``(K,)``."""
    rng = np.random.default_rng(1)
    decisions = [policy.decide(choice(), rng) for _ in range(2_000)]
    drawn = np.array([d.sampled_quality - d.quality_mean for d in decisions]).std(axis=0)
    share: Vector = drawn / policy.posterior.at(PLAIN, MODELS).own_std
    return share


@pytest.mark.parametrize(("of_medium", "left"), [(100, 0.25), (2, 0.89), (0, 1.0)])
def test_what_is_new_or_has_hardly_been_rated_is_explored_in_full_and_the_rest_much_less(
    of_medium: int, left: float
) -> None:
    policy = thompson(exploration=1.0)
    for seq in range(5_000):
        model = "medium" if seq < of_medium else "small"
        known = Rating(PLAIN, model, 0.5, "user", candidates=("small", "medium"), seq=seq)
        policy.learn(known)

    np.testing.assert_allclose(explored(policy), [0.25, left, 1.0], rtol=0.08)


def test_a_model_that_broke_is_known_for_what_it_is_within_a_hundred_ratings() -> None:
    policy = thompson()
    for seq in range(3_000):
        policy.learn(rating("large", 0.9, seq=seq))

    until_it_is_believed(policy, "large", 0.3, start=3_000)

    assert believed(policy, "large") == pytest.approx(0.3, abs=0.1)


def test_a_source_that_always_says_the_same_breaks_no_model() -> None:
    policy, rng = thompson(size=9), np.random.default_rng(0)

    for seq in range(1_000):
        context = np.array([1.0, *rng.standard_normal(8)])
        policy.learn(rating(MODELS[seq % 3], 0.8, context, seq=seq))

    offered = policy.decide(
        Choice(np.eye(1, 9)[0], MODELS, COST_USD, np.zeros(3), Objective()), rng
    )
    np.testing.assert_allclose(offered.quality_mean, 0.8, atol=0.02)
    assert offered.quality_std.max() < 0.02


def test_the_same_correction_again_and_again_breaks_no_model() -> None:
    policy, once = thompson(), thompson()
    for either in (policy, once):
        for seq in range(300):
            either.learn(rating("large", 0.9, seq=seq))
        either.learn(rating("large", 0.0, seq=300))

    for _ in range(100):
        policy.unlearn(rating("large", 0.0, seq=300))
        policy.learn(replace(rating("large", 0.0, seq=300), corrects=True))

    assert believed(policy, "large") == pytest.approx(believed(once, "large"), abs=0.02)
    assert believed(policy, "large") > 0.85


def test_what_one_model_taught_about_others_survives_its_break() -> None:
    policy = thompson()
    for seq in range(300):
        policy.learn(rating("large", 0.9, seq=seq))
        policy.learn(rating("small", 0.8, seq=seq))
    before = believed(policy, "small")

    until_it_is_believed(policy, "large", 0.2, start=300)

    assert believed(policy, "small") == pytest.approx(before, abs=0.05)


def test_a_model_that_broke_is_told_of_until_it_is_explored_as_others_are() -> None:
    policy = thompson()
    for seq in range(300):
        policy.learn(rating("large", 0.9, seq=seq))
    before = policy.restarted()
    end = until_it_is_believed(policy, "large", 0.2, start=300)

    told = policy.restarted()
    for seq in range(end, end + 180):
        policy.learn(rating("large", 0.2, seq=seq))

    assert before == policy.restarted() == {}
    assert set(told) == {"large"}
    assert 300 < told["large"] <= end


def test_a_correction_of_what_was_said_before_a_break_is_refused() -> None:
    policy = thompson()
    for seq in range(300):
        policy.learn(rating("large", 0.9, seq=seq))
    until_it_is_believed(policy, "large", 0.2, start=300)
    before = policy.to_bytes()

    with pytest.raises(CannotUnlearn):
        policy.unlearn(rating("large", 0.9, seq=100))

    assert policy.to_bytes() == before


def test_the_order_of_ratings_is_forgotten_when_the_scales_are_learned() -> None:
    forward, backward = thompson(), thompson()
    stark = [replace(one, quality=round(one.quality)) for one in some_ratings(40)]
    for one in stark:
        forward.learn(one)

    for one in reversed(stark):
        backward.learn(one)

    learned = forward.posterior.prior, forward.posterior.noise
    assert learned != (thompson().posterior.prior, thompson().posterior.noise)
    assert learned == (backward.posterior.prior, backward.posterior.noise)
    np.testing.assert_allclose(
        forward.posterior.mean(), backward.posterior.mean(), rtol=0.0, atol=1e-9
    )


@pytest.mark.parametrize("at_once", [2, 7, 32, 50, 1000])
def test_ratings_that_come_together_teach_what_they_would_one_by_one(at_once: int) -> None:
    one_by_one, together = thompson(), thompson()
    weighed = [replace(one, weight=0.25 + k % 3) for k, one in enumerate(some_ratings(900))]
    broken = [rating("large", 0.0, np.array([1.0, 0.9]), seq=k) for k in range(900, 1000)]
    said = [*weighed, *broken]
    for one in said:
        one_by_one.learn(one)

    for first in range(0, len(said), at_once):
        together.learn_all(said[first : first + at_once])

    expected, found = (
        codec.load(policy.to_bytes(), SavedThompson) for policy in (one_by_one, together)
    )
    assert 900 < expected.restarted["large"] < 1000
    assert (found.restarted, found.offered) == (expected.restarted, expected.offered)
    assert together.posterior.prior == one_by_one.posterior.prior
    np.testing.assert_allclose(
        together.posterior.mean(), one_by_one.posterior.mean(), rtol=0.0, atol=1e-9
    )
    np.testing.assert_allclose(
        together.posterior.covariance(), one_by_one.posterior.covariance(), rtol=0.0, atol=1e-9
    )


def test_a_restored_policy_decides_and_learns_as_the_saved_one() -> None:
    saved, restored = taught(thompson(), 70), thompson()

    restored.restore(saved.to_bytes())

    assert restored.to_bytes() == saved.to_bytes()
    taught(saved, 60)
    taught(restored, 60)
    np.testing.assert_allclose(
        restored.posterior.mean(), saved.posterior.mean(), rtol=0.0, atol=1e-9
    )


def test_a_source_configured_since_the_save_has_its_configured_noise() -> None:
    before, after = thompson(), thompson()
    after = Thompson(after.posterior, source_noise={"user": 0.05, "judge": 0.01})

    after.restore(before.to_bytes())

    assert after.posterior.noise_of("judge") == 0.01


def test_what_is_no_saved_policy_is_refused_and_changes_nothing() -> None:
    policy, other = taught(thompson()), thompson()
    other.posterior.remove_model("small")
    careless = thompson()
    careless.posterior.caution = 0.5
    before = policy.to_bytes()

    strangers = other, careless, thompson(size=3)
    for wrong in (b"", before[:-1], *(stranger.to_bytes() for stranger in strangers)):
        with pytest.raises(StateError):
            policy.restore(wrong)

    assert policy.to_bytes() == before


def test_there_is_no_choice_among_nothing() -> None:
    with pytest.raises(NoCandidates):
        Choice(PLAIN, (), np.zeros(0), np.zeros(0), Objective())
