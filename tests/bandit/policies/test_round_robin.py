"""One candidate after the other."""

import numpy as np
import pytest

from bandit.decision import Choice, Rating
from bandit.errors import StateError
from bandit.objective import Objective
from bandit.policies.round_robin import RoundRobin

OFFER = Choice(np.ones(1), ("a", "b", "c"), np.zeros(3), np.zeros(3), Objective())


def models_of(policy: RoundRobin, count: int) -> list[str]:
    rng = np.random.default_rng(0)
    return [policy.decide(OFFER, rng).model for _ in range(count)]


def test_each_candidate_has_its_turn() -> None:
    assert models_of(RoundRobin(), 7) == ["a", "b", "c", "a", "b", "c", "a"]


def test_a_turn_is_certain() -> None:
    decision = RoundRobin().decide(OFFER, np.random.default_rng(0))

    assert decision.propensities.tolist() == [1.0, 0.0, 0.0]


def test_ratings_change_nothing() -> None:
    policy, rating = RoundRobin(), Rating(np.ones(1), "b", 1.0, "user")

    policy.learn(rating)
    policy.unlearn(rating)

    assert models_of(policy, 3) == ["a", "b", "c"]


def test_a_restored_policy_goes_on_where_the_saved_one_was() -> None:
    saved, restored = RoundRobin(), RoundRobin()
    models_of(saved, 5)

    restored.restore(saved.to_bytes())

    assert models_of(restored, 3) == models_of(saved, 3)


def test_bytes_that_are_no_turn_are_refused_and_change_nothing() -> None:
    policy = RoundRobin()
    models_of(policy, 1)

    with pytest.raises(StateError):
        policy.restore(b"once")

    assert models_of(policy, 1) == ["b"]
