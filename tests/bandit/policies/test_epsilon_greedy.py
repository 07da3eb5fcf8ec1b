"""The promises of epsilon-greedy."""

import numpy as np
import pytest

from bandit.policies.epsilon_greedy import EpsilonGreedy
from bandit.policies.joint import joint_posterior
from bandit.policies.thompson import Thompson
from tests.bandit.policies.offers import PRIORS, offer, rating

X = np.array([1.0, 0.5])


def taught(epsilon: float) -> EpsilonGreedy:
    policy = EpsilonGreedy(joint_posterior(PRIORS, 2), epsilon)
    policy.learn(rating("large", 0.9, X))
    return policy


@pytest.mark.parametrize(
    ("cost_weight", "propensities"), [(0.0, [0.05, 0.95]), (50.0, [0.95, 0.05])]
)
def test_the_best_for_its_price_has_all_but_half_of_epsilon(
    cost_weight: float, propensities: list[float]
) -> None:
    decision = taught(0.1).decide(offer(X, cost_weight), np.random.default_rng(0))

    np.testing.assert_allclose(decision.propensities, propensities)


def test_without_epsilon_it_is_greedy() -> None:
    decisions = [taught(0.0).decide(offer(X), np.random.default_rng(seed)) for seed in range(9)]

    assert {decision.model for decision in decisions} == {"large"}
    assert {decision.propensity for decision in decisions} == {1.0}


def test_it_believes_what_thompson_believes() -> None:
    thompson = Thompson(joint_posterior(PRIORS, 2))
    thompson.learn(rating("large", 0.9, X))

    ours, theirs = (p.decide(offer(X), np.random.default_rng(0)) for p in (taught(0.1), thompson))

    np.testing.assert_array_equal(ours.quality_mean, theirs.quality_mean)
    np.testing.assert_array_equal(ours.quality_std, theirs.quality_std)
