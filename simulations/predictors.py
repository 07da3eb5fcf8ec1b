"""How somebody with full information could predict what models would make of a request."""

from collections.abc import Callable
from functools import partial

import numpy as np

from bandit.arrays import Matrix, Vector

Predictor = Callable[[Matrix, Matrix, Matrix], Matrix]
"""From features ``(n, d)`` and targets ``(n, m)`` of what is known, and the features ``(N, d)`` of
others, to the targets of these, ``(N, m)``."""

_PENALTIES = np.geomspace(1e-5, 1e2, 29)
"""Tried for each target, as shares of the number of observations."""

_LEAST_LEFT = 0.1
"""Degrees of freedom an admissible penalty leaves, as a share; with fewer it would interpolate."""


def ridge(known: Matrix, targets: Matrix, others: Matrix) -> Matrix:
    """Ridge predictions of each target with a penalty of its own and an unpenalised intercept.

    The penalty minimises ``RSS / (1 - (1 + df) / n)^2`` over a grid. All is computed from sums, so
    that the grid costs nothing beside the one pass over the observations.

    Source: Golub, Heath and Wahba, Generalized Cross-Validation as a Method for Choosing a Good
    Ridge Parameter, 1979, equation 1.4.
    """
    x, y = known.mean(axis=0), targets.mean(axis=0)
    spread, heights = known - x, targets - y
    scale, basis = np.linalg.eigh(spread.T @ spread)
    scale = np.maximum(scale, 0.0)
    penalty = len(known) * _PENALTIES[:, None]
    along = basis.T @ (spread.T @ heights)
    weights = along / (scale[:, None] + penalty[:, :, None])
    error = (heights**2).sum(axis=0) - ((2.0 * along - scale[:, None] * weights) * weights).sum(1)
    left = 1.0 - (1.0 + (scale / (scale + penalty)).sum(axis=1, keepdims=True)) / len(known)
    score = np.where(left > _LEAST_LEFT, error / np.maximum(left, _LEAST_LEFT) ** 2, np.inf)
    best = score.argmin(axis=0)
    chosen = weights[best, :, np.arange(len(best))].T
    predicted: Matrix = y + (others - x) @ (basis @ chosen)
    return predicted


def nearest(k: int, metric: str) -> Predictor:
    """A predictor that takes the mean over the ``k`` nearest, the intercept left aside.

    Args:
        k: How many.
        metric: ``euclidean`` or ``cosine``.

    Source: Hu, Bieker, Li et al., RouterBench: A Benchmark for Multi-LLM Routing System, 2024.
    """
    return partial(_nearest, k, metric)


def _nearest(k: int, metric: str, known: Matrix, targets: Matrix, others: Matrix) -> Matrix:
    count = min(k, len(known))
    likeness = _likeness(known[:, 1:], others[:, 1:], metric)
    found = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
    predicted: Matrix = targets[found].mean(axis=1)
    return predicted


def _likeness(known: Matrix, others: Matrix, metric: str) -> Matrix:
    """The larger, the nearer, shape ``(N, n)``."""
    if metric == "cosine":
        return _unit(others) @ _unit(known).T
    likeness: Matrix = others @ known.T - 0.5 * _squares(known)
    return likeness


def _unit(rows: Matrix) -> Matrix:
    unit: Matrix = rows / np.sqrt(np.maximum(_squares(rows), 1e-24))[:, None]
    return unit


def _squares(rows: Matrix) -> Vector:
    squares: Vector = (rows**2).sum(axis=1)
    return squares
