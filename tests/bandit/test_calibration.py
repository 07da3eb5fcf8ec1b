"""What is learned of how sources compare, and what becomes of what they said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bandit.arrays import Vector
from bandit.calibration import Calibration, Line, Pair, Pairs, count_pairs
from bandit.decision import Rating
from bandit.evidence import Evidence
from bandit.observed import Observed
from bandit.policies.joint import joint_posterior
from bandit.policies.thompson import Thompson
from bandit.posterior import Posterior
from tests.bandit.beliefs import World, assert_same_belief, repeatable, worlds

MODELS = ("a", "b")


def line(said: Vector, reference: Vector) -> Line:
    sums = Pairs()
    for one, other in zip(said.tolist(), reference.tolist(), strict=True):
        sums.add(Pair("judge", one, other), 1.0)
    return sums.line()


def test_sources_agree_until_they_are_seen_not_to() -> None:
    nothing = Pairs().line()

    assert nothing.offset == pytest.approx(0.0)
    assert nothing.slope == pytest.approx(1.0)
    low, high = nothing.slope_interval()
    assert low < 1.0 < high


def test_a_straight_line_is_found() -> None:
    rng = np.random.default_rng(1)
    quality = rng.uniform(0.0, 1.0, 2000)

    found = line(0.3 + 0.5 * quality + 0.1 * rng.standard_normal(2000), quality)

    assert found.offset == pytest.approx(0.3, abs=0.02)
    assert found.slope == pytest.approx(0.5, abs=0.03)


def test_the_90_per_cent_interval_holds_the_slope_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    held = []
    for _ in range(400):
        quality = rng.uniform(0.0, 1.0, 60)
        low, high = line(
            0.1 + 0.8 * quality + 0.2 * rng.standard_normal(60), quality
        ).slope_interval()
        held.append(low <= 0.8 <= high)

    assert 0.85 <= np.mean(held) <= 0.96


def test_whoever_says_the_opposite_is_not_listened_to() -> None:
    quality = np.linspace(0.0, 1.0, 200)

    assert line(1.0 - quality, quality).calibration().slope == 0.0


@repeatable
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=20),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_pairs_that_are_taken_back_leave_nothing(
    pairs: list[tuple[float, float]], said: float, reference: float
) -> None:
    kept, moved = dict[str, Pairs](), dict[str, Pairs]()
    extra = Pair("judge", said, reference, 0.5)

    count_pairs(moved, [extra], 1.0)
    count_pairs(moved, [Pair("judge", *pair) for pair in reversed(pairs)], 1.0)
    count_pairs(moved, [extra], -1.0)
    count_pairs(kept, [Pair("judge", *pair) for pair in pairs], 1.0)

    one, other = moved["judge"].line(), kept.get("judge", Pairs()).line()
    assert one.offset == pytest.approx(other.offset, abs=1e-9)
    assert one.slope == pytest.approx(other.slope, abs=1e-9)


@repeatable
@given(worlds(), st.floats(-0.5, 0.5), st.floats(0.0, 2.0))
def test_calibrated_sums_are_those_of_what_was_said_read_by_the_line(
    world: World, offset: float, slope: float
) -> None:
    ratings = [one for one in world.evidence if len(one.signs) == 1]
    raw, by_hand = world.posterior(), world.posterior()
    for one in ratings:
        raw.observe(one)
        _observe_by_hand(by_hand, one, offset, slope)

    raw.calibration = {"judge": Calibration(offset, slope)}
    raw.refactor()
    by_hand.refactor()

    assert_same_belief(raw, by_hand)
    for source in raw.moments:
        read, written = Observed.of(raw, source), Observed.of(by_hand, source)
        np.testing.assert_allclose(read.yy, written.yy, atol=1e-9)
        np.testing.assert_allclose(read.hy, written.hy, atol=1e-9)


@repeatable
@given(worlds(), st.floats(-0.5, 0.5), st.floats(0.0, 2.0))
def test_one_more_rating_moves_the_belief_as_a_fresh_factorisation_does(
    world: World, offset: float, slope: float
) -> None:
    ratings = [one for one in world.evidence if len(one.signs) == 1]
    moved = world.posterior()
    moved.calibration = {"judge": Calibration(offset, slope)}
    for one in ratings:
        moved.observe(one)
    factored = moved.copy()
    factored.refactor()

    assert_same_belief(moved, factored)


def test_a_judge_that_likes_everything_ends_up_moving_nothing() -> None:
    people, with_judge = _learned(likes_everything=False), _learned(likes_everything=True)
    with_judge.posterior.prior = people.posterior.prior
    with_judge.posterior.noise["user"] = people.posterior.noise["user"]
    with_judge.posterior.refactor()

    apart = np.abs(people.posterior.mean() - with_judge.posterior.mean())
    assert apart.max() < 1e-9


def test_what_was_learned_of_sources_is_kept() -> None:
    policy = _learned(likes_everything=True)

    again = Thompson(joint_posterior(dict.fromkeys(MODELS, 0.5), 2))
    again.restore(policy.to_bytes())

    assert again.pairs == policy.pairs
    assert_same_belief(again.posterior, policy.posterior)


def _observe_by_hand(posterior: Posterior, one: Evidence, offset: float, slope: float) -> None:
    """As an observation of ``slope * h``, which is none of a rating's own shape."""
    if one.source != "judge":
        posterior.observe(one)
        return
    signs = {model: slope * sign for model, sign in one.signs.items()}
    posterior.observe(replace(one, signs=signs, value=one.value - offset))


def _learned(*, likes_everything: bool) -> Thompson:
    policy = Thompson(joint_posterior(dict.fromkeys(MODELS, 0.5), 2))
    rng, praising = np.random.default_rng(4), np.random.default_rng(5)
    for seq in range(600):
        model, context = MODELS[seq % 2], np.array([1.0, rng.standard_normal()])
        quality = float(rng.random() < (0.3, 0.7)[seq % 2])
        rating = Rating(context, model, quality, "user", candidates=MODELS, seq=2 * seq)
        policy.learn(rating)
        if likes_everything:
            praise = 0.9 + 0.05 * praising.random()
            pairs = (Pair("judge", praise, quality),)
            policy.learn(replace(rating, quality=praise, source="judge", pairs=pairs))
    return policy
