"""The sums a posterior keeps of one source, as its likelihood needs them."""

from dataclasses import dataclass

import numpy as np

from bandit.arrays import Matrix, Vector
from bandit.posterior import Posterior


@dataclass(frozen=True, slots=True)
class Observed:
    """Sums over one source's observations about the prior mean, in units of noise one."""

    hh: Matrix
    """Shape ``(n, n)``."""

    hy: Vector
    """Shape ``(n,)``."""

    yy: Vector
    """By model, shape ``(K,)``, as `count`."""

    count: Vector

    @classmethod
    def of(cls, posterior: Posterior, source: str) -> "Observed":
        """What a posterior's source observed."""
        sums, mean = posterior.calibrated(source), posterior.prior_mean()
        explained = sums.hh @ mean
        by_model = (mean * (explained - 2.0 * sums.hy)).reshape(-1, posterior.size).sum(axis=1)
        return cls(sums.hh, sums.hy - explained, sums.yy + by_model, sums.count)

    def ties_models(self) -> bool:
        """Whether some observation was of two models at once."""
        return bool(np.count_nonzero(self.hh) > np.count_nonzero(self._within()))

    def of_each(self) -> list["Observed | None"]:
        """The same of each model by itself; None of a model it observed nothing of."""
        hy = self.hy.reshape(len(self.count), -1)
        return [
            Observed(hh, hy[k], self.yy[k : k + 1], count) if count.any() or hh.any() else None
            for k, (hh, count) in enumerate(zip(self._within(), self.count[:, None], strict=True))
        ]

    def constant(self, noise: float) -> float:
        """The terms that depend on nothing but the noise."""
        return float(self.count.sum() * np.log(2.0 * np.pi * noise) + self.yy.sum() / noise)

    def _within(self) -> Matrix:
        """The part of ``hh`` within each model, shape ``(K, d, d)``."""
        models = np.arange(len(self.count))
        size = len(self.hy) // len(models)
        within: Matrix = self.hh.reshape(len(models), size, len(models), size)[models, :, models]
        return within
