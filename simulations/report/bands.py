"""A mean over seeds and how sure it is, at every point of a curve."""

from typing import NamedTuple

from bandit.arrays import Matrix, Vector
from simulations.bootstrap import interval


class Band(NamedTuple):
    """Each of shape ``(P,)``; the ends are the mean itself where there is one seed only."""

    mean: Vector
    low: Vector
    high: Vector


def band(curves: Matrix) -> Band:
    """The mean of curves and its pointwise 95 % bootstrap interval; ``curves`` is ``(S, P)``."""
    low, high = interval(curves)
    return Band(curves.mean(axis=0), low, high)
