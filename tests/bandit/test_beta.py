"""Probabilities that a Beta draw is the best, against closed forms and brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln
from scipy.stats import beta as reference

from bandit.arrays import Vector
from bandit.beta import Beta, best_probabilities
from tests.bandit.beliefs import repeatable

TOLERANCE = 1e-6


def probability_of(*counts: tuple[float, float], penalty: list[float] | None = None) -> Vector:
    beliefs = [Beta.of(good, bad) for good, bad in counts]
    return best_probabilities(beliefs, np.array(penalty or [0.0] * len(counts)))


def of_integers(a: int, b: int, c: int, d: int) -> float:
    """P(Beta(a, b) > Beta(c, d)), a finite sum for whole numbers."""
    i = np.arange(a)
    return float(
        np.exp(betaln(c + i, b + d) - np.log(b + i) - betaln(1 + i, b) - betaln(c, d)).sum()
    )


@given(*[st.integers(1, 3_000)] * 4)
@repeatable
def test_of_two_it_is_the_known_sum(a: int, b: int, c: int, d: int) -> None:
    probabilities = probability_of((a, b), (c, d))

    assert probabilities[0] == pytest.approx(of_integers(a, b, c, d), abs=TOLERANCE)
    assert probabilities.sum() == pytest.approx(1.0)


def test_a_price_is_a_shift() -> None:
    for shift in (0.01, 0.3, 0.999):
        probabilities = probability_of((1.0, 1.0), (1.0, 1.0), penalty=[shift, 0.0])

        assert probabilities[0] == pytest.approx((1.0 - shift) ** 2 / 2.0, abs=TOLERANCE)


def test_a_price_beyond_all_quality_decides() -> None:
    assert probability_of((9.0, 1.0), (1.0, 9.0), penalty=[1.0, 0.0]).tolist() == [0.0, 1.0]
    assert probability_of((1.0, 1.0), (1.0, 1.0), penalty=[1e9, 0.0]).tolist() == [0.0, 1.0]


def test_equals_share_alike() -> None:
    np.testing.assert_allclose(probability_of(*[(2.4, 1.3)] * 7), 1.0 / 7.0, atol=TOLERANCE)


@pytest.mark.parametrize(
    ("counts", "penalty"),
    [
        ([(1.0, 1.0), (5_000.5, 1_000.7), (2.4, 1.0)], [0.0, 0.0, 0.0]),
        ([(1.0, 400.0), (1.2, 300.0), (1.0, 1.0)], [0.0, 0.001, 0.9]),
        ([(1_000.0, 1.0), (3.3, 1.0), (80.0, 20.0), (1.0, 9.0)], [0.1, 0.0, 0.0, 0.3]),
        ([(2.4, 1.4), (2.9, 1.6), (2.3, 2.0), (200_000.0, 90_000.0)], [0.2, 0.25, 0.0, 0.1]),
    ],
)
def test_many_of_all_widths_are_resolved(
    counts: list[tuple[float, float]], penalty: list[float]
) -> None:
    probabilities = probability_of(*counts, penalty=penalty)

    np.testing.assert_allclose(probabilities, brute(counts, penalty), atol=TOLERANCE)


def test_mean_and_deviation_are_those_of_the_distribution() -> None:
    belief, known = Beta.of(3.0, 1.5), reference(3.0, 1.5)

    assert belief.mean == pytest.approx(known.mean())
    assert belief.std == pytest.approx(known.std())


def brute(counts: list[tuple[float, float]], penalty: list[float]) -> Vector:
    """``sum over a fine grid of F_k's steps times the others' F``: exact in the limit."""
    u = np.linspace(-max(penalty), 1.0, 200_001)
    below = np.array(
        [reference.cdf(u + shift, *count) for count, shift in zip(counts, penalty, strict=True)]
    )
    middle = (below[:, 1:] + below[:, :-1]) / 2.0
    won = [
        float((np.diff(below[k]) * np.delete(middle, k, axis=0).prod(axis=0)).sum())
        for k in range(len(counts))
    ]
    return np.array(won)
