"""The promises of linear Thompson sampling with a regression for each model."""

import numpy as np
import pytest
from scipy.special import ndtr

from bandit.policies.lin_ts import LinTs
from tests.bandit.policies.offers import PRIORS, offer, rating

X = np.array([1.0, 0.5])


def taught(scale: float) -> LinTs:
    policy = LinTs(PRIORS, 2, scale)
    policy.learn(rating("small", 0.9, X))
    policy.learn(rating("large", 0.6, X))
    return policy


def test_the_propensity_of_two_is_that_of_a_difference_of_gaussians() -> None:
    decision = taught(0.3).decide(offer(X, cost_weight=5.0), np.random.default_rng(0))

    lead = decision.quality_mean[0] - decision.quality_mean[1] + 0.05
    width = 0.3 * np.sqrt(2.0 * (X @ X) / (1.0 + X @ X))
    assert decision.propensities[0] == pytest.approx(ndtr(lead / width), abs=1e-7)


def test_the_best_draw_for_its_price_is_chosen() -> None:
    for seed in range(20):
        decision = taught(0.3).decide(offer(X, cost_weight=5.0), np.random.default_rng(seed))

        np.testing.assert_allclose(decision.utility, decision.sampled_quality - [0.0, 0.05])
        assert decision.chosen == decision.utility.argmax()


def test_draws_are_as_wide_as_the_scale_says() -> None:
    wide = taught(0.4).decide(offer(X), np.random.default_rng(2))
    narrow = taught(0.1).decide(offer(X), np.random.default_rng(2))

    np.testing.assert_allclose(wide.quality_mean, narrow.quality_mean)
    np.testing.assert_allclose(
        wide.sampled_quality - wide.quality_mean,
        4.0 * (narrow.sampled_quality - narrow.quality_mean),
    )


def test_without_scale_it_is_greedy() -> None:
    decision = taught(0.0).decide(offer(X), np.random.default_rng(0))

    assert decision.model == "small"
    assert decision.propensity == 1.0
