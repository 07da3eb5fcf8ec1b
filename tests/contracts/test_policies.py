"""What every policy promises, whichever it is."""

import numpy as np
import pytest
from msgspec.structs import replace

from bandit.arrays import Vector
from bandit.decision import Choice, Decision, Policy, Rating
from bandit.errors import CannotUnlearn, StateError
from bandit.objective import Objective
from bandit.policies.fastest import Fastest
from simulations.policies import POLICIES, build

MODELS = ("a", "b", "c")
COST_USD = dict(zip(MODELS, (0.001, 0.002, 0.01), strict=True))
SIZE = 3

LEARN_NOTHING = ["random", "round-robin", "cheapest", "fastest", "fixed:model=b"]
TAKE_TURNS = {"round-robin", "fastest"}
LEARN_REWARD = ["vw-bag", "vw-squarecb", "vw-regcb"]
LEARN_QUALITY = [name for name in POLICIES if name not in {"fixed", *LEARN_NOTHING, *LEARN_REWARD}]
ALL = [
    *LEARN_QUALITY, "thompson:floor=0.2", "epsilon-greedy:epsilon=0.5", *LEARN_REWARD,
    *LEARN_NOTHING,
]  # fmt: skip

every = pytest.mark.parametrize("name", ALL)


def new(name: str, models: tuple[str, ...] = MODELS) -> Policy:
    return Fastest() if name == "fastest" else build(name, models, SIZE, seed=1)


def offer(
    context: Vector, candidates: tuple[str, ...] = MODELS, cost_weight: float = 5.0
) -> Choice:
    cost_usd = np.array([COST_USD[model] for model in candidates])
    return Choice(context, candidates, cost_usd, np.zeros(len(cost_usd)), Objective(cost_weight))


def contexts(count: int, seed: int = 0) -> list[Vector]:
    rng = np.random.default_rng(seed)
    return [np.array([1.0, *rng.standard_normal(SIZE - 1)]) for _ in range(count)]


def rated(decision: Decision, context: Vector, quality: float) -> Rating:
    return Rating(
        context=context,
        model=decision.model,
        quality=quality,
        source="user",
        candidates=decision.candidates,
        propensity=decision.propensity,
        reward=quality - 5.0 * float(decision.cost_usd[decision.chosen]),
    )


def taught(policy: Policy, count: int = 30, seed: int = 3) -> Policy:
    """After some ratings by which the models differ, and differ with the context."""
    rng = np.random.default_rng(seed)
    for context in contexts(count, seed):
        decision = policy.decide(offer(context), rng)
        skill = {"a": 0.5, "b": 0.6, "c": 0.6 + 0.2 * context[1]}[decision.model]
        quality = float(np.clip(skill + 0.2 * rng.standard_normal(), 0.0, 1.0))
        policy.learn(rated(decision, context, quality))
    return policy


def shares(policy: Policy, candidates: tuple[str, ...] = MODELS) -> Vector:
    """The propensities in a few contexts, shape ``(5, K)``."""
    rng = np.random.default_rng(0)
    offers = [offer(context, candidates) for context in contexts(5, seed=8)]
    return np.array([policy.decide(one, rng).propensities for one in offers])


@every
def test_the_stated_propensity_is_the_frequency_of_choice(name: str) -> None:
    policy, rng = taught(new(name)), np.random.default_rng(7)
    decisions = [policy.decide(offer(np.ones(SIZE)), rng) for _ in range(2_000)]

    stated = np.array([decision.propensities for decision in decisions])
    seen = np.bincount([decision.chosen for decision in decisions], minlength=len(MODELS))

    five_sigma = 5.0 * np.sqrt((stated * (1.0 - stated)).sum(axis=0))
    assert (abs(seen - stated.sum(axis=0)) <= five_sigma + 1e-6).all()


@every
def test_a_decision_is_whole(name: str) -> None:
    policy, rng = taught(new(name)), np.random.default_rng(7)

    for context in contexts(20, seed=5):
        decision = policy.decide(offer(context), rng)

        assert decision.candidates == MODELS
        assert decision.propensity > 0.0
        assert decision.propensities.min() >= 0.0
        assert decision.propensities.sum() == pytest.approx(1.0)
        for told in (decision.quality_mean, decision.quality_std, decision.sampled_quality):
            assert told.shape == (3,)
            assert np.isfinite(told).all()
        assert np.isfinite(decision.utility).all()
        np.testing.assert_array_equal(decision.cost_usd, list(COST_USD.values()))


@every
def test_without_exploring_the_choice_is_certain_and_of_the_best_utility(name: str) -> None:
    policy, rng = taught(new(name)), np.random.default_rng(7)

    for context in contexts(20, seed=5):
        greedy = replace(offer(context), explore=False)
        decision = policy.decide(greedy, rng)

        assert decision.propensity == 1.0
        assert decision.propensities.sum() == 1.0
        assert policy.decide(greedy, rng).model == decision.model
        if name in LEARN_QUALITY:
            np.testing.assert_array_equal(decision.sampled_quality, decision.quality_mean)
            assert decision.chosen == decision.utility.argmax()


@pytest.mark.parametrize("explore", [True, False])
@pytest.mark.parametrize("name", [*LEARN_QUALITY, "thompson:floor=0.2"])
def test_a_surcharge_counts_against_a_model_like_its_cost(name: str, explore: bool) -> None:  # noqa: FBT001
    policy = taught(new(name))
    plain = replace(offer(np.ones(SIZE), cost_weight=5.0), explore=explore)
    free = replace(plain, objective=Objective(0.0), surcharge=5.0 * plain.cost_usd)

    paid, charged = (policy.decide(one, np.random.default_rng(3)) for one in (plain, free))

    assert charged.propensities.tolist() == pytest.approx(paid.propensities.tolist())
    assert charged.utility.tolist() == pytest.approx(paid.utility.tolist())


@pytest.mark.parametrize("name", ["random", "round-robin", "fastest", "fixed:model=b"])
def test_what_believes_nothing_stays_where_it_must_not_explore(name: str) -> None:
    policy, rng = new(name), np.random.default_rng(0)
    held = replace(offer(np.ones(SIZE)), explore=False, surcharge=np.array([0.02, 0.0, 0.02]))

    assert {policy.decide(held, rng).model for _ in range(10)} == {"b"}


@every
def test_equal_generators_make_equal_decisions(name: str) -> None:
    one, other = (
        [taught(new(name)).decide(offer(x), np.random.default_rng(3)) for x in contexts(5)]
        for _ in range(2)
    )

    assert [d.chosen for d in one] == [d.chosen for d in other]
    assert [d.utility.tolist() for d in one] == [d.utility.tolist() for d in other]


@every
def test_one_candidate_is_chosen_for_certain(name: str) -> None:
    decision = taught(new(name)).decide(offer(np.ones(SIZE), ("b",)), np.random.default_rng(0))

    assert decision.model == "b"
    assert decision.propensities.tolist() == [pytest.approx(1.0)]


@pytest.mark.parametrize("name", [name for name in ALL if name not in TAKE_TURNS])
def test_propensities_follow_the_candidates_and_not_their_order(name: str) -> None:
    policy = taught(new(name))

    there, back = shares(policy), shares(policy, MODELS[::-1])

    np.testing.assert_allclose(there, back[:, ::-1], atol=1e-6)


@every
def test_a_corrected_rating_is_undone_or_refused(name: str) -> None:
    policy, untouched = taught(new(name)), taught(new(name))
    wrong = rated(policy.decide(offer(np.ones(SIZE)), np.random.default_rng(0)), np.ones(SIZE), 0.0)
    untouched.decide(offer(np.ones(SIZE)), np.random.default_rng(0))
    policy.learn(wrong)
    learned = policy.to_bytes()

    try:
        policy.unlearn(wrong)
    except CannotUnlearn:
        assert policy.to_bytes() == learned
    else:
        np.testing.assert_allclose(shares(policy), shares(untouched), atol=1e-7)


@every
def test_a_restored_policy_decides_and_learns_as_the_saved_one(name: str) -> None:
    saved, restored = taught(new(name)), new(name)

    restored.restore(saved.to_bytes())

    assert restored.to_bytes() == saved.to_bytes()
    np.testing.assert_allclose(shares(restored), shares(saved), atol=1e-9)
    again = [taught(policy, seed=4) for policy in (saved, restored)]
    np.testing.assert_allclose(shares(again[0]), shares(again[1]), atol=1e-9)


@every
def test_what_is_no_saved_policy_of_its_kind_is_refused_and_changes_nothing(name: str) -> None:
    policy = taught(new(name))
    before = policy.to_bytes()
    others = [new(other).to_bytes() for other in ("vw-bag", "beta-thompson") if other != name]

    for wrong in (b"garbage", before + b"!", b"\0" + before[1:-1] + b"\0\0", *others):
        with pytest.raises(StateError):
            policy.restore(wrong)

    assert policy.to_bytes() == before


@pytest.mark.parametrize("name", LEARN_QUALITY)
def test_the_state_of_other_models_is_refused(name: str) -> None:
    before, after = taught(new(name)), new(name, ("a", "b", "d"))

    with pytest.raises(StateError):
        after.restore(before.to_bytes())


@pytest.mark.parametrize("name", [name for name in ALL if name not in TAKE_TURNS])
def test_only_ratings_move_it(name: str) -> None:
    asked, left_alone = taught(new(name)), taught(new(name))

    for context in contexts(20, seed=5):
        asked.decide(offer(context), np.random.default_rng(0))

    again = [taught(policy, seed=6) for policy in (asked, left_alone)]
    assert shares(again[0]).tolist() == shares(again[1]).tolist()


@pytest.mark.parametrize("name", LEARN_NOTHING)
def test_a_policy_that_learns_nothing_believes_nothing(name: str) -> None:
    rating = Rating(np.ones(SIZE), "a", 1.0, "user")
    policy, unmoved = new(name), new(name)

    policy.learn(rating)
    policy.unlearn(rating)

    assert policy.to_bytes() == unmoved.to_bytes()
    assert not policy.decide(offer(np.ones(SIZE)), np.random.default_rng(0)).quality_std.any()


@pytest.mark.parametrize("name", [*LEARN_QUALITY, *LEARN_REWARD])
def test_it_finds_the_better_of_two_models(name: str) -> None:
    """After 200 ratings it takes the worse for at most 5 choices in 100, up to five sigma."""
    policy, rng, chosen = new(name, MODELS[:2]), np.random.default_rng(11), []
    for context in contexts(300, seed=12):
        decision = policy.decide(offer(context, MODELS[:2], cost_weight=0.0), rng)
        right = rng.random() < (0.9 if decision.model == "b" else 0.4)
        policy.learn(rated(decision, context, float(right)))
        chosen.append(decision.model)

    worse = chosen[200:].count("a")

    assert worse <= 5 + 5 * np.sqrt(100 * 0.05 * 0.95)


@pytest.mark.parametrize("name", LEARN_QUALITY)
def test_what_learns_quality_follows_the_price_without_new_ratings(name: str) -> None:
    policy = taught(new(name))

    decision = policy.decide(offer(np.ones(SIZE), cost_weight=1e4), np.random.default_rng(0))

    assert decision.model == "a"
    assert decision.propensity >= 0.95
