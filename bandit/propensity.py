"""The exact probability that each of several independent Gaussians is the largest."""

from functools import cache

import numpy as np
from scipy.special import ndtr

from bandit.arrays import Vector

_REACH = 6.0
"""Deviations beyond which a Gaussian's mass, 1e-9, is left out."""

_CELL = 2.4
"""Longest cell, in deviations of the narrowest Gaussian in it."""

_KNOTS = np.arange(-_REACH, _REACH + _CELL, _CELL)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_ROOT_TWO_PI = np.sqrt(2.0 * np.pi)


def win_probabilities(mean: Vector, std: Vector) -> Vector:
    """Probability that draw ``k`` of ``N(mean, std**2)`` is the largest, shape ``(K,)``.

    ``P_k = integral of phi_k(u) * product over j != k of Phi_j(u) du``, by Gauss-Legendre
    quadrature over cells whose edges lie 2.4 deviations apart for every Gaussian at once, so that
    a narrow one between wide ones is resolved too; accurate to about 1e-8.

    Args:
        mean: Means, shape ``(K,)``.
        std: Deviations, shape ``(K,)``; where one is zero all must be, and the first of the
            largest means wins.

    >>> win_probabilities(np.array([0.5, 0.5]), np.array([0.1, 0.3])).round(6).tolist()
    [0.5, 0.5]
    """
    if not std.all():
        certain: Vector = np.eye(len(mean))[mean.argmax()]
        return certain
    points, widths = _grid(mean, std)
    z = (points - mean[:, None]) / std[:, None]
    below = ndtr(z)
    density = np.exp(-0.5 * z * z) / (std[:, None] * _ROOT_TWO_PI)
    probabilities: Vector = (density / below) @ (widths * below.prod(axis=0))
    probabilities /= probabilities.sum()
    return probabilities


def with_floor(probabilities: Vector, floor: float) -> Vector:
    """The probabilities when a share ``floor`` of choices is made uniformly, shape ``(K,)``."""
    return (1.0 - floor) * probabilities + floor / len(probabilities)


def _grid(mean: Vector, std: Vector) -> tuple[Vector, Vector]:
    """Quadrature points and weights between the least and the greatest likely maximum."""
    low, high = float((mean - _REACH * std).max()), float((mean + _REACH * std).max())
    even = int((high - low) / (_CELL * float(std.min()))) + 1
    if even <= len(mean) * len(_KNOTS):
        points, weights = _even(even)
        cell = (high - low) / even
        return low + cell * points, cell * weights
    edges = (mean[:, None] + std[:, None] * _KNOTS).ravel()
    edges = np.sort(edges[edges >= low])
    half = (edges[1:] - edges[:-1]) / 2.0
    points = (edges[:-1] + half)[:, None] + half[:, None] * _NODES
    return points.ravel(), (half[:, None] * _WEIGHTS).ravel()


@cache
def _even(cells: int) -> tuple[Vector, Vector]:
    """Points and weights of so many cells of length one, beside each other from zero on."""
    points = np.arange(cells)[:, None] + (1.0 + _NODES) / 2.0
    return points.ravel(), np.tile(_WEIGHTS / 2.0, cells)
