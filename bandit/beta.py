"""The exact probability that each of several independent Beta draws is the best for its price."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaincinv, betaln, xlog1py, xlogy

from bandit.arrays import Vector

_LOWER = np.array([1e-8, 1e-5, 1e-3, 0.02, 0.15])
_LEVELS = np.concatenate([_LOWER, [0.5], 1.0 - _LOWER[::-1]])
"""Probabilities at whose quantiles quadrature has its edges; what lies outside is left out."""

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)


@dataclass(frozen=True, slots=True)
class Beta:
    """A belief about a mean quality; both counts are at least 1, so that its density is bounded."""

    good: float
    bad: float
    knots: Vector
    """Quantiles of the distribution, from the least to the greatest that are reckoned with."""

    @classmethod
    def of(cls, good: float, bad: float) -> "Beta":
        """The distribution ``Beta(good, bad)``."""
        return cls(good, bad, betaincinv(good, bad, _LEVELS))

    @property
    def mean(self) -> float:
        """``good / (good + bad)``."""
        return self.good / (self.good + self.bad)

    @property
    def std(self) -> float:
        """Deviation."""
        return float(np.sqrt(self.mean * (1.0 - self.mean) / (self.good + self.bad + 1.0)))


def best_probabilities(beliefs: list[Beta], penalty: Vector) -> Vector:
    """Probability that draw ``k``, less ``penalty[k]``, is the largest, shape ``(K,)``.

    ``P_k = integral of f_k(u) * product over j != k of F_j(u) du``, by Gauss-Legendre quadrature
    between the quantiles of all that can still win, so that a narrow one between wide ones is
    resolved too; accurate to about 1e-7.

    >>> even = [Beta.of(1.0, 1.0), Beta.of(1.0, 1.0)]
    >>> best_probabilities(even, np.array([0.5, 0.0])).round(6).tolist()
    [0.125, 0.875]
    """
    edges = np.array([belief.knots for belief in beliefs]) - penalty[:, None]
    low = edges[:, 0].max()
    able = np.flatnonzero(edges[:, -1] >= low)
    probabilities: Vector = np.zeros(len(beliefs))
    probabilities[able] = _shares([beliefs[k] for k in able], penalty[able], edges[able], low)
    probabilities /= probabilities.sum()
    return probabilities


def _shares(beliefs: list[Beta], penalty: Vector, edges: Vector, low: float) -> Vector:
    """Shares of the integral, one for each of the beliefs, of which any can win."""
    points, widths = _grid(edges, low)
    good = np.array([[belief.good] for belief in beliefs])
    bad = np.array([[belief.bad] for belief in beliefs])
    x = points + penalty[:, None]
    inside = (x > 0.0) & (x < 1.0)
    x = np.minimum(np.maximum(x, 0.0), 1.0)
    below = betainc(good, bad, x)
    density = inside * np.exp(xlogy(good - 1.0, x) + xlog1py(bad - 1.0, -x) - betaln(good, bad))
    shares: Vector = (density / below) @ (widths * below.prod(axis=0))
    return shares


def _grid(edges: Vector, low: float) -> tuple[Vector, Vector]:
    """Quadrature points and weights from ``low`` to the greatest likely maximum."""
    cuts = np.unique(edges[edges >= low])
    half = np.diff(cuts) / 2.0
    points = (cuts[:-1] + half)[:, None] + half[:, None] * _NODES
    return points.ravel(), (half[:, None] * _WEIGHTS).ravel()
