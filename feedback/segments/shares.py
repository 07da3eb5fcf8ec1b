"""Means of what lies between zero and one, with what can be told of them from so few."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from bandit.arrays import Vector

_Z = 1.6448536269514722
"""Of the normal distribution, a twentieth lies above."""


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of values in ``[0, 1]``, with its 90 % interval."""

    count: float
    """How many values it is of; what counts for half a rating is half a value."""

    mean: float | None
    """None of no values, whose interval is all there is."""

    low: float
    high: float


def mean_of(values: Vector, weights: Vector) -> Mean:
    """The weighted mean and the interval of it, by Wilson's formula.

    With ``n = sum(w)``, ``m = sum(w q) / n`` and ``z = 1.645``, the ends are
    ``(m + z²/2n ± z sqrt(m (1 - m) / n + z²/4n²)) / (1 + z²/n)``. No distribution on ``[0, 1]``
    with mean ``m`` has a larger variance than ``m (1 - m)``, which thumbs have: of finer
    ratings the interval is wider than it need be, and of few that all agree it is not a point.

    Sources: Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927;
    Bhatia and Davis, A Better Bound on the Variance, 2000.

    >>> of = mean_of(np.array([1.0, 0.0]), np.ones(2))
    >>> of.mean, round(of.low, 2), round(of.high, 2)
    (0.5, 0.12, 0.88)
    """
    count = float(weights.sum())
    if count <= 0.0:
        return Mean(0.0, None, 0.0, 1.0)
    mean = float(weights @ values) / count
    scale = 1.0 + _Z**2 / count
    middle = (mean + _Z**2 / (2.0 * count)) / scale
    half = _Z * sqrt(max(mean * (1.0 - mean), 0.0) / count + (_Z / (2.0 * count)) ** 2) / scale
    return Mean(count, mean, max(middle - half, 0.0), min(middle + half, 1.0))


def share_of(flags: NDArray[np.bool_]) -> Mean:
    """How many are true."""
    return mean_of(flags.astype(np.float64), np.ones(len(flags)))
