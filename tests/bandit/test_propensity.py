"""The stated probability of winning is the true one."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad
from scipy.stats import norm

from bandit.arrays import Vector
from bandit.propensity import win_probabilities, with_floor
from tests.bandit.beliefs import repeatable

CASES = {
    "alike": ([0.5, 0.5, 0.5], [0.1, 0.1, 0.1]),
    "narrow beside wide": ([0.55, 0.5, 0.45], [1e-4, 0.3, 0.2]),
    "narrow in the tail of wide": ([0.9, 0.5, 0.5], [1e-5, 0.2, 0.2]),
    "eight of many widths": (
        [0.5, 0.52, 0.48, 0.6, 0.4, 0.55, 0.45, 0.5],
        [0.3, 0.1, 0.03, 0.01, 0.003, 1e-3, 1e-4, 0.2],
    ),
    "one far behind": ([0.9, 0.8, 0.1], [0.05, 0.05, 0.05]),
}


@pytest.mark.parametrize(("mean", "std"), CASES.values(), ids=CASES)
def test_the_probabilities_are_the_frequencies_of_a_million_draws(
    mean: list[float], std: list[float]
) -> None:
    n, rng = 1_000_000, np.random.default_rng(11)
    stated = win_probabilities(np.array(mean), np.array(std))

    draws = rng.normal(mean, std, (n, len(mean)))
    seen = np.bincount(draws.argmax(axis=1), minlength=len(mean)) / n

    five_sigma = 5.0 * np.sqrt(stated * (1.0 - stated) / n) + 1e-9
    assert (abs(seen - stated) <= five_sigma).all()


@pytest.mark.parametrize(("mean", "std"), CASES.values(), ids=CASES)
def test_the_probabilities_are_the_integrals_to_a_millionth_of_a_percent(
    mean: list[float], std: list[float]
) -> None:
    stated = win_probabilities(np.array(mean), np.array(std))

    exact = [_integral(k, np.array(mean), np.array(std)) for k in range(len(mean))]

    np.testing.assert_allclose(stated, exact, rtol=0.0, atol=1e-8)


@repeatable
@given(st.floats(-2.0, 2.0), st.floats(1e-4, 1.0), st.floats(1e-4, 1.0))
def test_of_two_the_probability_is_that_of_their_difference(
    gap: float, first: float, second: float
) -> None:
    stated = win_probabilities(np.array([gap, 0.0]), np.array([first, second]))

    assert stated[0] == pytest.approx(norm.cdf(gap / np.hypot(first, second)), abs=1e-7)


@repeatable
@given(
    arrays(np.float64, 5, elements=st.floats(-5.0, 5.0)),
    arrays(np.float64, 5, elements=st.floats(1e-6, 10.0)),
    st.floats(0.0, 1.0),
)
def test_probabilities_sum_to_one_and_respect_the_floor(
    mean: Vector, std: Vector, floor: float
) -> None:
    stated = with_floor(win_probabilities(mean, std), floor)

    assert stated.sum() == pytest.approx(1.0, abs=1e-12)
    assert stated.min() >= floor / 5.0


@repeatable
@given(
    arrays(np.float64, 4, elements=st.floats(-1.0, 1.0)),
    arrays(np.float64, 4, elements=st.floats(1e-3, 1.0)),
    st.permutations(range(4)),
)
def test_the_order_of_candidates_does_not_matter(
    mean: Vector, std: Vector, order: list[int]
) -> None:
    shuffled = win_probabilities(mean[order], std[order])

    np.testing.assert_allclose(shuffled, win_probabilities(mean, std)[order], atol=1e-10)


def test_the_only_candidate_always_wins() -> None:
    assert win_probabilities(np.array([0.3]), np.array([0.1])).tolist() == [1.0]


def test_without_deviation_the_first_of_the_best_always_wins() -> None:
    stated = win_probabilities(np.array([0.3, 0.7, 0.7]), np.zeros(3))

    assert stated.tolist() == [0.0, 1.0, 0.0]


def _integral(k: int, mean: Vector, std: Vector) -> float:
    """The win probability of one candidate by adaptive quadrature, over its own deviations."""
    others = np.arange(len(mean)) != k

    def integrand(z: float) -> float:
        u = mean[k] + std[k] * z
        return float(norm.pdf(z) * norm.cdf((u - mean[others]) / std[others]).prod())

    bends = mean[others] + std[others] * np.array([-8.0, -4.0, -2.0, 0.0, 2.0, 4.0, 8.0])[:, None]
    edges = np.unique(np.clip((bends - mean[k]) / std[k], -9.0, 9.0))
    edges = np.unique(np.concatenate(([-9.0, 0.0, 9.0], edges)))
    return float(sum(quad(integrand, *ends, epsabs=1e-13)[0] for ends in pairwise(edges)))
