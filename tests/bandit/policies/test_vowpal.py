"""The promises of Vowpal Wabbit behind our protocol."""

from typing import get_args

import numpy as np
import pytest

from bandit.arrays import Vector
from bandit.decision import Choice, Decision, Rating
from bandit.errors import CannotUnlearn, StateError
from bandit.objective import Objective
from bandit.policies.vowpal import Algorithm, Vowpal

MODELS = ("cheap: one|two", "dear model")

each_algorithm = pytest.mark.parametrize("algorithm", get_args(Algorithm))


def choice(context: Vector, candidates: tuple[str, ...] = MODELS) -> Choice:
    nothing = np.zeros(len(candidates))
    return Choice(context, candidates, nothing, nothing, Objective())


def rated(decision: Decision, context: Vector, reward: float) -> Rating:
    return Rating(
        context=context,
        model=decision.model,
        quality=reward,
        source="user",
        candidates=decision.candidates,
        propensity=decision.propensity,
        reward=reward,
    )


def contexts(count: int, seed: int) -> list[Vector]:
    rng = np.random.default_rng(seed)
    return [np.array([1.0, x]) for x in rng.choice([-1.0, 1.0], count)]


def taught(policy: Vowpal, count: int = 300, seed: int = 0) -> Vowpal:
    """The dear model is better where ``x`` is positive, the cheap one where it is not."""
    rng = np.random.default_rng(seed)
    for context in contexts(count, seed):
        decision = policy.decide(choice(context), rng)
        good = (decision.chosen == 1) == (context[1] > 0.0)
        policy.learn(rated(decision, context, 0.9 if good else 0.1))
    return policy


@each_algorithm
def test_it_learns_which_model_is_good_at_what(algorithm: Algorithm) -> None:
    policy, rng = taught(Vowpal(algorithm), 600), np.random.default_rng(1)

    hard = policy.decide(choice(np.array([1.0, 1.0])), rng)
    easy = policy.decide(choice(np.array([1.0, -1.0])), rng)

    assert hard.propensities[1] > 0.9
    assert easy.propensities[0] > 0.9


@each_algorithm
def test_it_is_saved_and_restored_byte_for_byte(algorithm: Algorithm) -> None:
    saved, restored = taught(Vowpal(algorithm)), Vowpal(algorithm)

    restored.restore(saved.to_bytes())

    assert restored.to_bytes() == saved.to_bytes()
    for context in contexts(20, seed=4):
        decisions = [p.decide(choice(context), np.random.default_rng(2)) for p in (saved, restored)]
        assert decisions[0].propensities.tolist() == decisions[1].propensities.tolist()
        assert decisions[0].chosen == decisions[1].chosen


@each_algorithm
def test_a_model_that_was_never_seen_can_be_a_candidate(algorithm: Algorithm) -> None:
    offer = choice(np.ones(2), (*MODELS, "new"))

    decision = taught(Vowpal(algorithm)).decide(offer, np.random.default_rng(0))

    assert decision.propensities.shape == (3,)


def test_a_rating_without_candidates_or_propensity_can_be_learned() -> None:
    policy = Vowpal("squarecb")

    policy.learn(Rating(np.ones(2), "dear model", 0.9, "user", propensity=0.0, reward=-3.0))

    assert policy.to_bytes() != Vowpal("squarecb").to_bytes()


def test_a_model_that_stood_in_teaches_nothing() -> None:
    policy = taught(Vowpal("squarecb"))
    before = policy.to_bytes()

    policy.learn(Rating(np.ones(2), "new", 0.9, "user", MODELS, as_decided=False))

    assert policy.to_bytes() == before


def test_a_rating_cannot_be_taken_back() -> None:
    with pytest.raises(CannotUnlearn, match="vw"):
        Vowpal("bag").unlearn(Rating(np.ones(2), "dear model", 0.9, "user"))


def test_what_is_no_saved_policy_of_its_kind_is_refused_and_changes_nothing() -> None:
    policy = taught(Vowpal("bag"))
    before = policy.to_bytes()

    for wrong in (b"", before[:-1], Vowpal("regcb").to_bytes(), Vowpal("bag", seed=2).to_bytes()):
        with pytest.raises(StateError):
            policy.restore(wrong)

    assert policy.to_bytes() == before
