"""The reward is what the design says it is."""

import math

import numpy as np
import pytest

from bandit.objective import Objective


def test_the_reward_is_quality_less_cost_and_latency() -> None:
    objective = Objective(cost_weight=20.0, latency_weight=0.01)

    reward = objective.reward(quality=0.9, cost_usd=0.01, latency_seconds=5.0)

    assert reward == pytest.approx(0.9 - 0.2 - 0.05)


def test_the_penalty_is_what_the_reward_takes_off() -> None:
    objective, cost_usd, seconds = Objective(7.0, 0.3), np.array([0.0, 0.1]), np.array([2.0, 1.0])

    penalty = objective.penalty(cost_usd, seconds)

    rewards = [objective.reward(0.0, *pair) for pair in zip(cost_usd, seconds, strict=True)]
    np.testing.assert_allclose(penalty, -np.array(rewards))


def test_a_point_of_quality_is_worth_what_one_is_willing_to_pay() -> None:
    objective = Objective.from_willingness_to_pay(0.05)

    assert objective.reward(1.0, 0.05, 0.0) == pytest.approx(0.0)


def test_to_those_who_would_pay_anything_money_is_nothing() -> None:
    assert Objective.from_willingness_to_pay(math.inf).cost_weight == 0.0
