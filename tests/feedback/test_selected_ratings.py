"""Ratings that are no lottery bias what is believed; weights by context mend what they can.

Of what is asked, a third each is easy, plain and odd, told by a feature of -1, 0 and 1. The model
is good at what is easy or odd, 0.9, and bad at what is plain, 0.3: on average 0.7. The odds that a
kind is rated are three times those of the one before. A belief that knows no context then takes
what is rated for what is asked, and one that is linear bends to where the ratings are.
"""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from bandit.arrays import Matrix, Vector
from bandit.decision import Choice, Rating
from bandit.objective import Objective
from bandit.policies.lin_ts import LinTs
from bandit.policies.thompson import Thompson
from bandit.posterior import Posterior
from bandit.prior import Prior
from feedback.selection import Answers, Weights

N = 60_000
KINDS = np.array([-1.0, 0.0, 1.0])
QUALITY = np.array([0.9, 0.3, 0.9])
ODDS = np.array([0.02, 0.06, 0.18])
CHANCE = ODDS / (1.0 + ODDS)
TRUTH = 0.7

Make = Callable[[int], LinTs | Thompson]


def lin_ts(size: int) -> LinTs:
    return LinTs({"only": 0.5}, size)


def thompson(size: int) -> Thompson:
    posterior = Posterior(size, Prior())
    posterior.add_model("only", 0.5)
    return Thompson(posterior)


def seen_by_beliefs(kinds: Vector, size: int) -> Matrix:
    """What a belief is told of requests: a bias, or the feature too."""
    return np.column_stack((np.ones(len(kinds)), kinds))[:, :size]


def limit(weights: Vector, size: int) -> tuple[float, float]:
    """Where least squares lead after infinitely many ratings, and the error after N requests.

    At the mean context: the mean quality over the traffic, as such a belief has it. A thumb has
    the variance ``q (1 - q)`` about its quality.
    """
    x = seen_by_beliefs(KINDS, size)
    seen = CHANCE * weights / len(KINDS)
    inverse = np.linalg.inv((x.T * seen) @ x)
    fitted = inverse @ (x.T * seen) @ QUALITY
    variance = QUALITY * (1.0 - QUALITY) + (QUALITY - x @ fitted) ** 2
    covariance = inverse @ ((x.T * (seen * weights * variance)) @ x) @ inverse / N
    return float(fitted[0]), float(np.sqrt(covariance[0, 0]))


def believed(
    policy: LinTs | Thompson, x: Matrix, good: NDArray[np.bool_], weights: Vector
) -> float:
    """The quality at the mean context, after ratings with these weights."""
    for seq, (context, thumb, weight) in enumerate(zip(x, good, weights, strict=True)):
        policy.learn(Rating(context, "only", float(thumb), "user", seq=seq, weight=float(weight)))
    mean = np.zeros(x.shape[1])
    mean[0] = 1.0
    choice = Choice(mean, ("only",), np.zeros(1), np.zeros(1), Objective(0.0, 0.0))
    return float(policy.decide(choice, np.random.default_rng(0)).quality_mean[0])


def learned_weights(kinds: Vector, rated: NDArray[np.bool_]) -> Vector:
    """What each rating counts for."""
    asked = Answers(kinds[:, None], ["only"] * len(kinds))
    return Weights.fitted(asked, rated, most=5.0).of(asked)[rated]


@pytest.mark.parametrize("size", [1, 2], ids=["without-context", "linear"])
@pytest.mark.parametrize("make", [lin_ts, thompson])
def test_weighed_ratings_lead_to_the_mean_over_the_traffic(make: Make, size: int) -> None:
    rng = np.random.default_rng(11)
    kind = rng.integers(3, size=N)
    rated = rng.random(N) < CHANCE[kind]
    x, good = seen_by_beliefs(KINDS[kind], size)[rated], (rng.random(N) < QUALITY[kind])[rated]
    weights = learned_weights(KINDS[kind], rated)

    plain, weighed = (believed(make(size), x, good, w) for w in (np.ones(len(good)), weights))

    biased, plain_error = limit(np.ones(3), size)
    right, error = limit(CHANCE.mean() / CHANCE, size)
    assert right == pytest.approx(TRUTH)
    assert abs(biased - TRUTH) > 6.0 * plain_error
    assert abs(plain - biased) < 4.0 * plain_error
    assert abs(weighed - TRUTH) < 3.0 * error


def test_who_rates_by_how_good_the_answer_was_cannot_be_weighed_by_what_was_asked() -> None:
    rng = np.random.default_rng(12)
    kinds, good = KINDS[rng.integers(3, size=N)], rng.random(N) < 0.6
    rated = rng.random(N) < np.where(good, 0.05, 0.15)
    x = seen_by_beliefs(kinds, 1)[rated]

    weighed = believed(lin_ts(1), x, good[rated], learned_weights(kinds, rated))

    over_ratings = 0.6 * 0.05 / (0.6 * 0.05 + 0.4 * 0.15)
    assert weighed == pytest.approx(over_ratings, abs=0.03)
