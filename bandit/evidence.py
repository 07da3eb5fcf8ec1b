"""One linear observation of the weights, and the sums that a set of them leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np

from bandit.arrays import Indices, Matrix, Vector
from bandit.calibration import Calibration


class Evidence(msgspec.Struct, frozen=True):
    """``value = h . vec(W) + noise``, with ``h`` non-zero only in the named models' blocks.

    A rating of model a has ``h = e_a (x) x``; a preference of a over b ``(e_a - e_b) (x) x``.
    """

    context: Vector
    """``x``, shape ``(d,)``."""

    signs: Mapping[str, float]
    """What each model's block of ``h`` is multiplied with."""

    value: float
    """What was observed, in units of quality."""

    source: str
    """Whose noise it carries."""

    weight: float = 1.0
    """How many such observations it counts for; below one once it has aged."""

    @classmethod
    def of_rating(
        cls, context: Vector, model: str, quality: float, source: str, weight: float = 1.0
    ) -> "Evidence":
        """A rating sees one model's quality."""
        return cls(context, {model: 1.0}, quality, source, weight)

    @classmethod
    def of_preference(
        cls,
        context: Vector,
        winner: str,
        loser: str,
        strength: float,
        source: str,
        *,
        weight: float = 1.0,
    ) -> "Evidence":
        """A preference sees how much better the winner is, as a difference of qualities."""
        return cls(context, {winner: 1.0, loser: -1.0}, strength, source, weight)


@dataclass(slots=True)
class Moments:
    """Sums over one source's observations ``(h, y)``: all that a Gaussian needs of them.

    Kept in units of noise one, so that a source's noise can be learned anew at any time.
    """

    hh: Matrix
    """Sum of ``h h'``, shape ``(n, n)``."""

    hy: Vector
    """Sum of ``h y``, shape ``(n,)``."""

    yy: Vector
    """Sum of ``y ** 2`` by model, shape ``(K,)``; a preference is shared out over its two."""

    count: Vector
    """Number of observations by model, shape ``(K,)``; aged ones count for less."""

    @classmethod
    def empty(cls, models: int, size: int) -> "Moments":
        """The sums over no observations of ``models`` models in ``size`` dimensions."""
        n = models * size
        return cls(np.zeros((n, n)), np.zeros(n), np.zeros(models), np.zeros(models))

    def add(self, evidence: Evidence, weight: float, index: Mapping[str, int]) -> None:
        """Count an observation ``weight`` times; a negative weight takes it back.

        Args:
            evidence: The observation.
            weight: How often it counts.
            index: Position of each model on axis ``K``.
        """
        size = len(evidence.context)
        outer = weight * np.outer(evidence.context, evidence.context)
        for model, sign in evidence.signs.items():
            k = index[model]
            rows = slice(k * size, (k + 1) * size)
            self.hy[rows] += (weight * sign * evidence.value) * evidence.context
            self.yy[k] += weight * evidence.value**2 / len(evidence.signs)
            self.count[k] += weight / len(evidence.signs)
            for other, factor in evidence.signs.items():
                columns = slice(index[other] * size, (index[other] + 1) * size)
                self.hh[rows, columns] += (sign * factor) * outer

    def add_ratings(self, contexts: Matrix, values: Vector, weights: Vector, k: int) -> None:
        """Count ratings of one model, each as often as its weight says.

        Args:
            contexts: Shape ``(m, d)``.
            values: Shape ``(m,)``.
            weights: Shape ``(m,)``.
            k: The model's position on axis ``K``.
        """
        size = contexts.shape[1]
        rows = slice(k * size, (k + 1) * size)
        weighted = weights[:, None] * contexts
        self.hh[rows, rows] += weighted.T @ contexts
        self.hy[rows] += values @ weighted
        self.yy[k] += weights @ values**2
        self.count[k] += weights.sum()

    def calibrated(self, by: Calibration) -> "Moments":
        """The sums over ``(slope h, y - offset)``, as they follow from these.

        Where there is an offset, observations have to be of one model each, whose intercept is
        the first entry of every context: so the sums of ``h`` and of ``y`` are among these.
        """
        size = len(self.hy) // max(len(self.count), 1)
        intercepts = np.arange(len(self.count)) * size
        h, y = self.hh[:, intercepts].sum(axis=1), self.hy[intercepts]
        return Moments(
            by.slope**2 * self.hh,
            by.slope * (self.hy - by.offset * h),
            self.yy - 2.0 * by.offset * y + by.offset**2 * self.count,
            self.count,
        )

    def scale(self, keep: float) -> None:
        """Let every observation count for ``keep`` of what it did."""
        self.hh *= keep
        self.hy *= keep
        self.yy *= keep
        self.count *= keep

    def grow(self, size: int) -> None:
        """Make room for one more model, of which nothing was observed."""
        self.hh = np.pad(self.hh, (0, size))
        self.hy = np.pad(self.hy, (0, size))
        self.yy = np.pad(self.yy, (0, 1))
        self.count = np.pad(self.count, (0, 1))

    def tied(self, weights: Indices) -> bool:
        """Whether some observation was of these weights and of others at once."""
        return bool(np.delete(self.hh[weights], weights, axis=1).any())

    def keep(self, models: Indices, weights: Indices) -> None:
        """Keep the sums of some models, and of their weights, only."""
        self.hh = self.hh[np.ix_(weights, weights)]
        self.hy = self.hy[weights]
        self.yy = self.yy[models]
        self.count = self.count[models]

    def copy(self) -> "Moments":
        """The same sums, sharing nothing."""
        return Moments(self.hh.copy(), self.hy.copy(), self.yy.copy(), self.count.copy())
