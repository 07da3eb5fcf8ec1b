"""One candidate after the other."""

import numpy as np

from bandit.decision import Choice
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
