"""How long traffic takes to follow a change of the world."""

import numpy as np
from numpy.typing import NDArray

from bandit.arrays import Indices, Vector

_BEFORE = 200
"""Requests before the change that tell where traffic went then."""

_LATE = 4
"""The last of so many parts of a run tells where traffic goes in the end."""

_LEAST, _LEAST_ERRORS = 0.05, 3.0
"""A share that differs by less, in absolute terms or in standard errors, has not moved."""


def adaptation_requests(chosen: Indices, changed_at: int | None, models: int) -> int | None:
    """Requests from a change until traffic goes where it goes in the end.

    With one-hot choices ``c_t``, the shares of models ``p0`` in up to 200 requests before the
    change, and ``p1`` in the last quarter of the run (as far as it comes after the change), it is
    the ``n >= 0`` that minimises

        sum over changed_at <= t < changed_at + n of ``|c_t - p0|^2``
        + sum over t >= changed_at + n of ``|c_t - p1|^2``:

    the least-squares, and under normal noise the maximum-likelihood, point of a step from ``p0``
    to ``p1``; of equals the earliest. Whatever else moves traffic counts too: a policy that
    is still learning at the change moves without it.

    Args:
        chosen: Shape ``(T,)``.
        changed_at: The first request after the change, if there is one.
        models: How many, ``K``.

    Returns:
        None where nothing changes, and where no model's share moves: by 0.05 at least, and by three
        standard errors, so that a turn of luck in the last 200 requests is no move.

    Source: Hinkley, Inference about the Change-Point in a Sequence of Random Variables, 1970,
    section 2.
    """
    if changed_at is None or not 0 < changed_at < len(chosen):
        return None
    early = chosen[max(0, changed_at - _BEFORE) : changed_at]
    late = chosen[max(changed_at, len(chosen) - max(1, len(chosen) // _LATE)) :]
    before, end = shares(early, models), shares(late, models)
    if not _moved(before, len(early), end, len(late)).any():
        return None
    costs = (_distances(before) - _distances(end))[chosen[changed_at:]]
    return int(np.argmin(np.concatenate([[0.0], np.cumsum(costs)])))


def shares(chosen: Indices, models: int) -> Vector:
    """Share of each model among choices, shape ``(K,)``."""
    share: Vector = np.bincount(chosen, minlength=models) / len(chosen)
    return share


def _moved(before: Vector, early: int, end: Vector, late: int) -> NDArray[np.bool_]:
    """Whether two shares of each model, of so many requests, differ, shape ``(K,)``."""
    pooled = (early * before + late * end) / (early + late)
    error = np.sqrt(pooled * (1.0 - pooled) * (1.0 / early + 1.0 / late))
    moved: NDArray[np.bool_] = abs(before - end) >= np.maximum(_LEAST, _LEAST_ERRORS * error)
    return moved


def _distances(share: Vector) -> Vector:
    """``|e_k - p|^2`` for each unit vector ``e_k``, shape ``(K,)``."""
    squared: Vector = 1.0 - 2.0 * share + share @ share
    return squared
