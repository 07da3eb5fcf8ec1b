"""The sums that observations leave behind: all that a Gaussian needs of them."""

from dataclasses import dataclass

import numpy as np

from bandit.arrays import Indices, Matrix, Vector
from bandit.calibration import Calibration
from bandit.observations import Observations


@dataclass(slots=True)
class Moments:
    """Sums over one source's observations ``(h, y)``.

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

    def add(self, seen: Observations) -> None:
        """Count observations, each as often as it weighs; a negative weight takes it back."""
        span = seen.span()
        h = seen.h()[:, span]
        weighed = seen.weights[:, None] * h
        self.hh[span, span] += weighed.T @ h
        self.hy[span] += seen.values @ weighed
        self.yy += (seen.weights * seen.values**2) @ seen.shares
        self.count += seen.weights @ seen.shares

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
