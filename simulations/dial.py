"""Settings of the dial that tell something, read off what models are worth and cost."""

import math
from collections.abc import Sequence

import numpy as np

from bandit.arrays import Vector

_MOST_BY_DEFAULT = 3
_BEYOND = 10.0
"""How far past the outermost crossings a sweep goes: prompts differ where means do not."""


def crossings(quality: Vector, cost_usd: Vector) -> list[float]:
    """Willingness to pay at which the best fixed model changes, from the largest down.

    Models ``a`` and ``b`` are worth the same at ``(c_a - c_b) / (q_a - q_b)`` dollars a point.

    Args:
        quality: Mean quality of each model, shape ``(K,)``.
        cost_usd: Mean dollars of each model's answers, shape ``(K,)``.

    >>> [round(at, 3) for at in crossings(np.array([0.5, 0.7, 0.8]), np.array([0.0, 0.01, 0.03]))]
    [0.2, 0.05]
    """
    found: list[float] = []
    best = _best(quality, cost_usd, range(len(quality)))
    while cheaper := [k for k in range(len(quality)) if cost_usd[k] < cost_usd[best]]:
        best, at = _next(quality, cost_usd, best, cheaper)
        found.append(at)
    return found


def default_settings(quality: Vector, cost_usd: Vector) -> list[float]:
    """Infinity, and up to three settings at which the best fixed model changes.

    Where two models are worth the same on average, choosing between them prompt by prompt is worth
    most. Rounded to two digits.
    """
    found = crossings(quality, cost_usd)
    places = np.linspace(0, len(found) - 1, min(len(found), _MOST_BY_DEFAULT)).round()
    return [math.inf, *(float(f"{found[int(place)]:.2g}") for place in places)]


def sweep(quality: Vector, cost_usd: Vector, points: int) -> list[float]:
    """Settings from where the cheapest model takes all to where cost does not matter.

    Evenly spaced on a log scale, ten times beyond the outermost crossings, and infinity.
    """
    found = crossings(quality, cost_usd) or [float(np.ptp(cost_usd))]
    if max(found) <= 0:
        return [math.inf]
    grid = np.geomspace(min(found) / _BEYOND, max(found) * _BEYOND, points - 1)
    return [*(float(f"{setting:.3g}") for setting in grid), math.inf]


def between(settings: Sequence[float], shares: Sequence[float], most: float) -> list[float]:
    """New settings in the middle of those neighbours whose shares of traffic lie too far apart.

    Args:
        settings: In ascending order, the last perhaps infinite.
        shares: Of the strong model at each of them.
        most: How far apart the shares of neighbours may be.

    >>> between([0.01, 0.04, 0.09], [0.1, 0.5, 0.55], most=0.1)
    [0.02]
    """
    pairs = zip(settings, settings[1:], shares, shares[1:], strict=False)
    return [_middle(low, high) for low, high, a, b in pairs if abs(a - b) > most]


def _middle(low: float, high: float) -> float:
    """The geometric mean; ten times the lower one where the higher is infinite."""
    middle = low * _BEYOND if math.isinf(high) else math.sqrt(low * high)
    return float(f"{middle:.3g}")


def _best(quality: Vector, cost_usd: Vector, among: Sequence[int]) -> int:
    return max(among, key=lambda k: (quality[k], -cost_usd[k]))


def _next(
    quality: Vector, cost_usd: Vector, best: int, cheaper: Sequence[int]
) -> tuple[int, float]:
    """The model that takes over as money gets dearer, and when."""
    saved = cost_usd[best] - cost_usd[cheaper]
    lost = quality[best] - quality[cheaper]
    at = saved / np.maximum(lost, 1e-12)
    first = max(range(len(cheaper)), key=lambda i: (at[i], quality[cheaper[i]]))
    return cheaper[first], float(at[first])
