"""The promises of LinUCB."""

import numpy as np
import pytest

from bandit.errors import CannotUnlearn
from bandit.policies.linucb import LinUcb
from tests.bandit.policies.offers import MODELS, PRIORS, offer, rating

RNG = np.random.default_rng(0)
X = np.array([1.0, -2.0])


def test_the_best_bound_for_its_price_is_chosen() -> None:
    policy = LinUcb(PRIORS, 2, alpha=0.5)
    policy.learn(rating("small", 0.9, X))

    decision = policy.decide(offer(X, cost_weight=20.0), RNG)

    width = np.sqrt([5.0 / 6.0, 5.0])
    np.testing.assert_allclose(decision.quality_mean, [0.5 + 0.4 * 5.0 / 6.0, 0.5])
    np.testing.assert_allclose(decision.quality_std, 0.5 * width)
    np.testing.assert_allclose(decision.utility, decision.quality_mean + 0.5 * width - [0.0, 0.2])
    assert decision.model == MODELS[int(decision.utility.argmax())]
    assert decision.propensity == 1.0


def test_the_first_of_equals_is_chosen() -> None:
    assert LinUcb(PRIORS, 2).decide(offer(X), RNG).model == "small"


def test_what_is_uncertain_is_tried_before_what_is_known_to_be_as_good() -> None:
    policy = LinUcb(PRIORS, 2)

    policy.learn(rating("small", 0.5, X))

    assert policy.decide(offer(X), RNG).model == "large"


def test_without_alpha_it_is_greedy() -> None:
    policy = LinUcb(PRIORS, 2, alpha=0.0)

    policy.learn(rating("large", 0.51, X))

    assert policy.decide(offer(X), RNG).model == "large"


def test_a_rating_counts_for_half_after_as_many_as_the_half_life() -> None:
    policy = LinUcb({"small": 0.0, "large": 0.0}, 1, ridge=1.0, half_life=3.0)
    policy.learn(rating("small", 1.0, np.ones(1)))

    for _ in range(3):
        policy.learn(rating("large", 1.0, np.ones(1)))

    small, _ = policy.decide(offer(np.ones(1)), RNG).quality_mean
    assert small == pytest.approx(0.5 / 1.5)


def test_it_comes_back_to_what_was_long_not_asked() -> None:
    """A bad first rating of the better model is forgotten, and it is asked again."""
    policy = LinUcb(PRIORS, 1, half_life=10.0)
    policy.learn(rating("large", 0.0, np.ones(1)))
    asked = [policy.decide(offer(np.ones(1)), RNG).model]

    for _ in range(200):
        asked.append(policy.decide(offer(np.ones(1)), RNG).model)
        policy.learn(rating(asked[-1], 0.45 if asked[-1] == "small" else 0.9, np.ones(1)))

    assert asked[0] == "small"
    assert asked[-50:] == ["large"] * 50


def test_what_forgets_cannot_take_a_rating_back() -> None:
    with pytest.raises(CannotUnlearn, match="forgetting"):
        LinUcb(PRIORS, 2, half_life=10.0).unlearn(rating("small", 0.5, X))
