"""Probabilities are learned where there is something to learn, and stay finite."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from feedback.logistic import Logistic


def test_the_weights_that_made_the_hits_are_found() -> None:
    rng, n = np.random.default_rng(3), 20_000
    features = rng.normal(size=(n, 4))
    chances = expit(-1.0 + features @ [1.0, -0.5, 0.0, 0.0])

    fitted = Logistic.fitted(features, rng.random(n) < chances)

    information = chances * (1.0 - chances)
    four_sigma = 4.0 / np.sqrt(np.append(information.sum(), information @ features**2))
    errors = np.append(fitted.intercept, fitted.weights) - [-1.0, 1.0, -0.5, 0.0, 0.0]
    assert (abs(errors) < four_sigma).all()


@pytest.mark.parametrize("n", [1, 20, 200, 2000])
def test_where_features_say_nothing_they_count_for_nothing(n: int) -> None:
    rng = np.random.default_rng(n)
    features = rng.normal(size=(n, 30))

    fitted = Logistic.fitted(features, rng.random(n) < 0.1)

    assert abs(fitted.weights).max() < 1e-3


def test_features_that_tell_hits_from_misses_without_fail_keep_the_weights_finite() -> None:
    features = np.linspace(-1.0, 1.0, 500)[:, None]

    fitted = Logistic.fitted(features, features[:, 0] > 0.0)

    assert 5.0 < fitted.weights[0] < 50.0


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32), n=st.integers(1, 60), hits=st.floats(0.0, 1.0))
def test_at_the_top_the_slope_is_zero_and_the_chances_sum_to_the_hits(
    seed: int, n: int, hits: float
) -> None:
    rng = np.random.default_rng(seed)
    features, came = rng.normal(size=(n, 3)) * 3.0, rng.random(n) < hits

    fitted = Logistic.fitted(features, came)

    missed = came - fitted.of(features)
    np.testing.assert_allclose(
        features.T @ missed, fitted.penalty * fitted.weights, atol=1e-3 * (1.0 + fitted.penalty)
    )
    assert missed.sum() == pytest.approx(0.01 * fitted.intercept, abs=1e-3)
