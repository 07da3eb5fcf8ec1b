"""A policy that does not see the prompt."""

import numpy as np
import pytest

from bandit.errors import CannotUnlearn
from bandit.policies.context_free import ContextFree
from bandit.policies.joint import joint_posterior
from bandit.policies.linucb import LinUcb
from bandit.policies.thompson import Thompson
from tests.bandit.policies.offers import PRIORS, offer, rating

HERE, THERE = np.array([1.0, 2.0, 3.0]), np.array([1.0, -3.0, 0.5])


def test_a_rating_is_learned_wherever_it_was_given() -> None:
    policy = ContextFree(Thompson(joint_posterior(PRIORS, 1)))

    policy.learn(rating("large", 1.0, HERE))

    here = policy.decide(offer(HERE), np.random.default_rng(0))
    there = policy.decide(offer(THERE), np.random.default_rng(0))
    assert there.quality_mean[1] > 0.5
    assert here.quality_mean.tolist() == there.quality_mean.tolist()
    assert here.propensities.tolist() == there.propensities.tolist()


def test_what_cannot_unlearn_cannot_without_the_prompt() -> None:
    with pytest.raises(CannotUnlearn):
        ContextFree(LinUcb(PRIORS, 1, half_life=5.0)).unlearn(rating("large", 1.0, HERE))
