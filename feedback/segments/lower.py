"""Which segments are rated lower than the rest, beyond chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from bandit.arrays import Vector
from feedback.segments.traffic import Labels, Said

_LEAST_RATINGS = 20
"""Segments with fewer are not compared: they would make it harder for the others to be found."""

_STEPS = 20
"""Qualities are compared on a grid of so many steps."""

_FIRST_DRAWS, _ROUND_DRAWS = 500, 5_000
"""How often chance is asked at once: few times first, for most segments need no more."""

_LEAST_DRAWS, _DRAWS_PER_SEGMENT = 10_000, 300
"""How often altogether: so often that the smallest p-value is a three-hundredth when corrected."""

_CERTAIN = 1e-6
"""Where chance is known to be less than this without asking, it is not asked."""

_ENOUGH = 25
"""Draws as low as what was seen after which no more are asked for."""

_SEED = 7
"""Whoever looks at the same ratings finds the same."""

_Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lower:
    """How a segment's quality compares with that of all others together."""

    difference: float
    """The segment's mean less that of the rest, in points of quality."""

    chance: float
    """How likely any segment were so low if none differed; corrected for how many there are."""


def compared(segments: Labels, said: Said) -> dict[str | None, Lower]:
    """Compare each segment that has enough ratings with the rest, by permutation.

    If quality has nothing to do with segments, the ratings of one are so many drawn from all
    without replacement; ``p`` is how often their mean is as low as the one that was seen, by
    drawing (Besag and Clifford's sequential rule: ``p = h / l`` where the ``h``-th such draw is
    the ``l``-th, else ``(1 + hits) / (1 + draws)``). That holds for any distribution of quality and
    however few ratings, where a t test of skewed ratings does not. A word that counts for a part
    of a rating is a part of one: what was said of a session is one rating, not one for each turn.

    Over segments the p-values are corrected by Holm's method: the probability that any segment at
    all is found where none differs is at most the level, however they depend on each other.

    Sources: Besag and Clifford, Sequential Monte Carlo p-values, 1991; Holm, A Simple Sequentially
    Rejective Multiple Test Procedure, 1979.
    """
    table = _table(segments, said)
    whole = table.sum(axis=0)
    rated = table.sum(axis=1)
    rows = np.flatnonzero((rated >= _LEAST_RATINGS) & (rated < rated.sum()))
    rng = np.random.default_rng(_SEED)
    most = max(_LEAST_DRAWS, _DRAWS_PER_SEGMENT * len(rows))
    chances = holm([_chance(table[row], whole, most, rng) for row in rows])
    return {
        segments.names[row]: Lower(_difference(table[row], whole), chance)
        for row, chance in zip(rows, chances, strict=True)
    }


def holm(chances: Sequence[float]) -> list[float]:
    """Correct p-values for how many they are: ``max over j <= k of (m - j) p_(j)``, at most one.

    >>> [round(p, 3) for p in holm([0.01, 0.5, 0.02])]
    [0.03, 0.5, 0.04]
    """
    order = np.argsort(chances, kind="stable")
    left = len(chances) - np.arange(len(chances))
    corrected = np.empty(len(chances))
    corrected[order] = np.maximum.accumulate(left * np.asarray(chances)[order])
    return [float(p) for p in np.minimum(corrected, 1.0)]


def found(compared: Mapping[str | None, Lower], level: float, least: float) -> set[str | None]:
    """The segments that are lower by at least so much, and not by chance at this level."""
    return {
        name
        for name, lower in compared.items()
        if lower.chance <= level and lower.difference <= -least
    }


def _table(segments: Labels, said: Said) -> _Counts:
    """Whole ratings by segment and step of quality, shape ``(segments, steps)``."""
    steps = np.rint(np.where(said.weight > 0.0, said.quality, 0.0) * _STEPS).astype(np.intp)
    table = np.zeros((len(segments.names), _STEPS + 1))
    np.add.at(table, (segments.codes, steps), said.weight)
    return np.rint(table).astype(np.int64)


def _chance(seen: _Counts, whole: _Counts, most: int, rng: np.random.Generator) -> float:
    if (bound := _bound(seen, whole)) < _CERTAIN:
        return bound
    values = np.flatnonzero(whole)
    seen, whole = seen[values], whole[values]
    asked, hits = 0, list[int]()
    while asked < most and len(hits) < _ENOUGH:
        draws = _ROUND_DRAWS if asked else _FIRST_DRAWS
        drawn = rng.multivariate_hypergeometric(whole, int(seen.sum()), size=draws) @ values
        hits += (asked + 1 + np.flatnonzero(drawn <= seen @ values)).tolist()
        asked += draws
    if len(hits) >= _ENOUGH:
        return _ENOUGH / hits[_ENOUGH - 1]
    return (1 + len(hits)) / (1 + asked)


def _bound(seen: _Counts, whole: _Counts) -> float:
    """More than the probability of a mean so low: ``exp(-2 n t² / (1 - (n - 1) / N))``.

    ``n`` is how many of ``N`` are drawn, and ``t`` how far their mean is below that of all.

    Source: Serfling, Probability Inequalities for the Sum in Sampling without Replacement, 1974.
    """
    values: Vector = np.arange(_STEPS + 1) / _STEPS
    size, of = float(seen.sum()), float(whole.sum())
    below = max(float(whole @ values) / of - float(seen @ values) / size, 0.0)
    return exp(-2.0 * size * below**2 / (1.0 - (size - 1.0) / of))


def _difference(seen: _Counts, whole: _Counts) -> float:
    values: Vector = np.arange(_STEPS + 1) / _STEPS
    rest = whole - seen
    return float(seen @ values / seen.sum() - rest @ values / rest.sum())
