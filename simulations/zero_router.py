"""What mixing fixed models can reach: the router that has read no prompt."""

from typing import NamedTuple

import numpy as np

from bandit.arrays import Indices, Vector


class Hull(NamedTuple):
    """Corners of the best quality at each cost; both rise from corner to corner, ``(H,)``."""

    cost_usd: Vector
    quality: Vector


def hull(cost_usd: Vector, quality: Vector) -> Hull:
    """The non-decreasing upper concave hull of points in the plane, from the cheapest point on.

    Between two points lies every mix of them, so that the hull has, at each cost, the best quality
    that mixing can buy. Points that are dearer than a mix as good are left out.

    Args:
        cost_usd: Of each point, shape ``(P,)``, at least one.
        quality: Of each point, shape ``(P,)``.

    Source: Hu, Bieker, Li et al., RouterBench: A Benchmark for Multi-LLM Routing System, 2024,
    section 3; Andrew, Another Efficient Algorithm for Convex Hulls in Two Dimensions, 1979.
    """
    order = np.lexsort((-quality, cost_usd))
    corners: list[int] = []
    for k in order[_rising(quality[order])]:
        while len(corners) > 1 and _below(corners[-2], corners[-1], int(k), cost_usd, quality):
            corners.pop()
        corners.append(int(k))
    return Hull(cost_usd[corners], quality[corners])


def zero_router(cost_usd: Vector, quality: Vector, at: Vector) -> Vector:
    """The best quality that mixing fixed models can buy, at each of some costs, shape ``(N,)``.

    It is flat beyond the cheapest of the best models: more dollars buy no more quality. Below the
    cheapest model nothing can be bought, and the cheapest model's quality is what is given, so
    that who gets by with less, by choosing models where their answers are short, is compared with
    more than could be had for the money and never with less.

    Args:
        cost_usd: Mean dollars of each model, shape ``(K,)``.
        quality: Mean quality of each model, shape ``(K,)``.
        at: Dollars of a request.

    >>> zero_router(np.array([1.0, 2.0, 3.0]), np.array([0.4, 0.5, 0.8]), np.array([0.0, 2.0, 9.0]))
    array([0.4, 0.6, 0.8])
    """
    corners = hull(cost_usd, quality)
    reached: Vector = np.interp(at, corners.cost_usd, corners.quality)
    return reached


def mean_quality(cost_usd: Vector, quality: Vector, least: float, most: float) -> float | None:
    """Mean quality of the hull of points over a range of costs: AIQ, where the points are a sweep.

    ``1 / (most - least)`` times the integral of the hull from ``least`` to ``most``. On the same
    range it compares routers of any kind; None where the range is empty.

    Args:
        cost_usd: Of each point, shape ``(P,)``.
        quality: Of each point, shape ``(P,)``.
        least: Where the range begins.
        most: Where it ends.

    Source: Hu, Bieker, Li et al., RouterBench: A Benchmark for Multi-LLM Routing System, 2024,
    section 3.
    """
    if most <= least:
        return None
    corners = hull(cost_usd, quality)
    inside = corners.cost_usd[(corners.cost_usd > least) & (corners.cost_usd < most)]
    along = np.concatenate([[least], inside, [most]])
    reached = np.interp(along, corners.cost_usd, corners.quality)
    return float(np.trapezoid(reached, along) / (most - least))


def _rising(quality: Vector) -> Indices:
    """Places of what is better than all before it."""
    before = np.concatenate([[-np.inf], np.maximum.accumulate(quality)[:-1]])
    return np.flatnonzero(quality > before)


def _below(i: int, j: int, k: int, cost_usd: Vector, quality: Vector) -> bool:
    """Whether the second of three points lies on or below the line from the first to the third."""
    rise, run = quality[[j, k]] - quality[i], cost_usd[[j, k]] - cost_usd[i]
    return bool(rise[0] * run[1] <= rise[1] * run[0])
