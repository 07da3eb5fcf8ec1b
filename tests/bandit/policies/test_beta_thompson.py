"""The promises of Thompson sampling on counts."""

import numpy as np
import pytest

from bandit.policies.beta_thompson import BetaThompson
from tests.bandit.policies.offers import PRIORS, offer, rating

X = np.ones(2)
RNG = np.random.default_rng(0)


def test_a_rating_counts_as_a_part_of_a_good_answer_and_a_part_of_a_bad_one() -> None:
    policy = BetaThompson(PRIORS)

    for quality in (1.0, 0.25, 0.25):
        policy.learn(rating("large", quality, X))

    belief = policy.decide(offer(X), RNG)
    assert belief.quality_mean.tolist() == [0.5, pytest.approx((1.0 + 1.5) / 5.0)]
    assert belief.quality_std[0] == pytest.approx(np.sqrt(1.0 / 12.0))


@pytest.mark.parametrize(
    ("prior_quality", "mean"), [(0.0, 0.1), (0.1, 0.1), (0.5, 0.5), (0.7, 0.7), (1.0, 0.9)]
)
def test_it_starts_from_the_prior_quality_unless_that_is_extreme(
    prior_quality: float, mean: float
) -> None:
    decision = BetaThompson({"small": prior_quality, "large": 0.5}).decide(offer(X), RNG)

    assert decision.quality_mean[0] == pytest.approx(mean)


def test_the_content_of_a_prompt_does_not_matter() -> None:
    policy = BetaThompson(PRIORS)
    policy.learn(rating("large", 1.0, X))

    here = policy.decide(offer(X), np.random.default_rng(1))
    there = policy.decide(offer(-3.0 * X), np.random.default_rng(1))

    assert here.utility.tolist() == there.utility.tolist()


def test_the_best_draw_for_its_price_is_chosen() -> None:
    for seed in range(20):
        decision = BetaThompson(PRIORS).decide(offer(X, 30.0), np.random.default_rng(seed))

        np.testing.assert_allclose(decision.utility, decision.sampled_quality - [0.0, 0.3])
        assert decision.chosen == decision.utility.argmax()


def test_the_propensity_of_uniform_beliefs_is_known() -> None:
    decision = BetaThompson(PRIORS).decide(offer(X, 30.0), RNG)

    assert decision.propensities[1] == pytest.approx(0.7**2 / 2.0, abs=1e-6)
