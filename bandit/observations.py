"""Many pieces of evidence at once, as arrays."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from bandit.arrays import Matrix, Vector
from bandit.evidence import Evidence


class Observations(msgspec.Struct, frozen=True):
    """Evidence in rows, ``m`` of them; one at least."""

    sources: Sequence[str]
    contexts: Matrix
    """``x``, shape ``(m, d)``."""

    signs: Matrix
    """What each model's block of ``h`` is multiplied with, shape ``(m, K)``; zero of most."""

    values: Vector
    """``y``, shape ``(m,)``."""

    weights: Vector
    """How often each counts, shape ``(m,)``."""

    shares: Matrix
    """How much of each is of each model, shape ``(m, K)``: half of a preference is."""

    @classmethod
    def of(cls, evidence: Sequence[Evidence], index: Mapping[str, int]) -> "Observations":
        """The same evidence, as often as it says; ``index`` has each model's place on ``K``."""
        signs, shares = np.zeros((2, len(evidence), len(index)))
        for row, one in enumerate(evidence):
            for model, sign in one.signs.items():
                signs[row, index[model]] = sign
                shares[row, index[model]] = 1.0 / len(one.signs)
        return cls(
            [one.source for one in evidence],
            np.array([one.context for one in evidence]),
            signs,
            np.array([one.value for one in evidence]),
            np.array([one.weight for one in evidence]),
            shares,
        )

    def h(self) -> Matrix:
        """``h``, shape ``(m, n)``."""
        blocks = self.signs[:, :, None] * self.contexts[:, None, :]
        return blocks.reshape(len(blocks), -1)

    def span(self) -> slice:
        """Where ``h`` is not zero, on its axis ``n``."""
        models, size = np.flatnonzero(self.shares.any(axis=0)), self.contexts.shape[1]
        return slice(int(models[0]) * size, (int(models[-1]) + 1) * size)

    def by_source(self) -> "dict[str, Observations]":
        """Those of each source."""
        rows = defaultdict[str, list[int]](list)
        for row, source in enumerate(self.sources):
            rows[source].append(row)
        return {source: self._only(some) for source, some in rows.items()}

    def _only(self, rows: list[int]) -> "Observations":
        if len(rows) == len(self.sources):
            return self
        return Observations(
            [self.sources[row] for row in rows],
            self.contexts[rows],
            self.signs[rows],
            self.values[rows],
            self.weights[rows],
            self.shares[rows],
        )
