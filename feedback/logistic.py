"""How likely something is, by logistic regression with a penalty that is learned."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from bandit.arrays import Matrix, Vector

_INTERCEPT_PENALTY = 1e-2
_PENALTIES = tuple(4.0**k for k in range(9, -1, -1))
"""Precisions of a weight that are tried, from all but zero to a logit's worth."""

_STRONG = float(np.log(20.0))
"""Evidence by which weights must beat none (Kass and Raftery, Bayes Factors, 1995)."""

_MOST_STEPS = 30
_SMALL = 1e-8


@dataclass(frozen=True, slots=True)
class Logistic:
    """``P(hit | f) = 1 / (1 + exp(-intercept - weights' f))``."""

    intercept: float
    weights: Vector
    """Shape ``(p,)``."""

    penalty: float
    """Precision of every weight but the intercept's before anything was seen."""

    @classmethod
    def fitted(cls, features: Matrix, hits: NDArray[np.bool_]) -> Self:
        """The likeliest weights, under the penalty that makes the hits likeliest of all.

        The penalty is chosen by the Laplace approximation of the marginal likelihood; unless there
        is strong evidence for weights, they are all but zero. So they are after few hits, and where
        the features say nothing. The penalty also keeps them finite where features tell hits from
        misses without fail.

        Args:
            features: Of unit scale, shape ``(n, p)``.
            hits: Which of the ``n`` came about.

        Source: MacKay, The Evidence Framework Applied to Classification Networks, 1992.
        """
        design = np.column_stack((np.ones(len(features)), features))
        tried, weights = list[tuple[float, float, Vector]](), np.zeros(design.shape[1])
        for penalty in _PENALTIES:
            precision = np.full(design.shape[1], penalty)
            precision[0] = _INTERCEPT_PENALTY
            weights, evidence = _likeliest(design, hits, precision, weights)
            tried.append((evidence, penalty, weights))
        none, best = tried[0], max(tried, key=lambda one: one[0])
        _, penalty, weights = best if best[0] > none[0] + _STRONG else none
        return cls(float(weights[0]), weights[1:], penalty)

    def of(self, features: Matrix) -> Vector:
        """The probabilities at features of shape ``(n, p)``, shape ``(n,)``; above zero."""
        chances: Vector = expit(self.intercept + features @ self.weights)
        return np.maximum(chances, np.finfo(np.float64).tiny)


def _likeliest(
    design: Matrix, hits: NDArray[np.bool_], precision: Vector, start: Vector
) -> tuple[Vector, float]:
    """The mode by Newton's method, and the logarithm of the evidence about it."""
    weights, height = start, _height(design, hits, precision, start)
    for _ in range(_MOST_STEPS):
        chances = expit(design @ weights)
        slope = design.T @ (hits - chances) - precision * weights
        step = cho_solve(cho_factor(_curvature(design, chances, precision)), slope)
        if slope @ step < _SMALL:
            break
        before = height
        weights, height = _climbed(design, hits, precision, (weights, height), step)
        if height <= before:
            break
    curvature = _curvature(design, expit(design @ weights), precision)
    volume = float(np.log(precision).sum() - np.linalg.slogdet(curvature).logabsdet)
    return weights, height + volume / 2.0


def _climbed(
    design: Matrix,
    hits: NDArray[np.bool_],
    precision: Vector,
    at: tuple[Vector, float],
    step: Vector,
) -> tuple[Vector, float]:
    """As much of a step as leads upwards: far from the top, a whole one may overshoot."""
    weights, height = at
    for share in (1.0, 0.5, 0.25, 0.125, 0.0625):
        there = weights + share * step
        if (higher := _height(design, hits, precision, there)) > height:
            return there, higher
    return at


def _height(design: Matrix, hits: NDArray[np.bool_], precision: Vector, weights: Vector) -> float:
    """The logarithm of likelihood and prior, but for a constant."""
    logits = design @ weights
    likely = float(logits[hits].sum() - np.logaddexp(0.0, logits).sum())
    return likely - float(precision @ weights**2) / 2.0


def _curvature(design: Matrix, chances: Vector, precision: Vector) -> Matrix:
    """Minus the second derivative of the height, shape ``(p + 1, p + 1)``."""
    curvature: Matrix = (design.T * (chances * (1.0 - chances))) @ design
    return curvature + np.diag(precision)
