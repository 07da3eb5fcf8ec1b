"""One ridge regression for each model, none of which knows of the others."""

from collections.abc import Mapping, Sequence

import numpy as np

from bandit.arrays import Matrix, Vector


class Ridges:
    """Regressions of quality on the context, in information form.

    For each model ``A = ridge * I + sum of x x'`` and ``b = sum of x (y - prior_quality)``; it is
    expected to do ``prior_quality + x' A^-1 b``, give or take ``sqrt(x' A^-1 x)`` times the noise
    of a rating. The sums can be taken back, and age without the ridge ageing with them.

    >>> ridges = Ridges({"small": 0.5}, size=2, ridge=1.0)
    >>> ridges.add("small", np.array([1.0, 0.0]), 0.9, times=1.0)
    >>> mean, width = ridges.at(np.array([1.0, 0.0]), ["small"])
    >>> mean.round(3).tolist(), width.round(3).tolist()
    ([0.7], [0.707])

    Source: Li, Chu, Langford and Schapire, A Contextual-Bandit Approach to Personalized News
    Article Recommendation, 2010, equations 3 to 5.
    """

    def __init__(self, prior_quality: Mapping[str, float], size: int, ridge: float) -> None:
        """Regressions that have seen nothing.

        Args:
            prior_quality: What each model is expected to do before any rating.
            size: Length ``d`` of a context.
            ridge: Precision of every weight before any rating, in ratings; positive.
        """
        self.prior_quality = dict(prior_quality)
        self.index = {model: k for k, model in enumerate(prior_quality)}
        self.size = size
        self.ridge = ridge
        self.set_sums(np.zeros((len(self.index), size, size)), np.zeros((len(self.index), size)))

    def set_sums(self, xx: Matrix, xy: Matrix) -> None:
        """Replace the sums: of ``x x'``, shape ``(K, d, d)``, and of ``x y``, shape ``(K, d)``."""
        self.xx, self.xy = xx, xy
        self._inverse = np.empty_like(xx)
        self._invert(slice(None))

    def add(self, model: str, context: Vector, quality: float, times: float) -> None:
        """Count a rating ``times`` times; minus once takes it back."""
        k = self.index[model]
        self.xx[k] += times * np.outer(context, context)
        self.xy[k] += times * (quality - self.prior_quality[model]) * context
        self._invert(slice(k, k + 1))

    def age(self, keep: float) -> None:
        """Let every rating so far count for ``keep`` of what it did."""
        self.xx *= keep
        self.xy *= keep
        self._invert(slice(None))

    def at(self, context: Vector, models: Sequence[str]) -> tuple[Vector, Vector]:
        """Expected quality of these models in a context, and its width, each of shape ``(K,)``."""
        rows = [self.index[model] for model in models]
        gain = self._inverse[rows] @ context
        prior = np.array([self.prior_quality[model] for model in models])
        return prior + (gain * self.xy[rows]).sum(axis=1), np.sqrt(gain @ context)

    def _invert(self, rows: slice) -> None:
        self._inverse[rows] = np.linalg.inv(self.ridge * np.eye(self.size) + self.xx[rows])
