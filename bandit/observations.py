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
    h: Matrix
    """Shape ``(m, n)``."""

    values: Vector
    """``y``, shape ``(m,)``."""

    weights: Vector
    """How often each counts, shape ``(m,)``."""

    shares: Matrix
    """How much of each is of each model, shape ``(m, K)``: half of a preference is."""

    @classmethod
    def of(cls, evidence: Sequence[Evidence], index: Mapping[str, int]) -> "Observations":
        """The same evidence, as often as it says; ``index`` has each model's place on ``K``."""
        seen = [
            (row, index[model], sign, 1.0 / len(one.signs))
            for row, one in enumerate(evidence)
            for model, sign in one.signs.items()
        ]
        rows, models, signs, shares = map(list, zip(*seen, strict=True))
        contexts = np.array([one.context for one in evidence])
        h = np.zeros((len(evidence), len(index), contexts.shape[1]))
        h[rows, models] = np.array(signs)[:, None] * contexts[rows]
        shared = np.zeros((len(evidence), len(index)))
        shared[rows, models] = shares
        return cls(
            [one.source for one in evidence],
            h.reshape(len(evidence), -1),
            np.array([one.value for one in evidence]),
            np.array([one.weight for one in evidence]),
            shared,
        )

    def by_source(self) -> "dict[str, Observations]":
        """Those of each source."""
        rows = defaultdict[str, list[int]](list)
        for row, source in enumerate(self.sources):
            rows[source].append(row)
        return {source: self._only(some) for source, some in rows.items()}

    def _only(self, rows: list[int]) -> "Observations":
        return Observations(
            [self.sources[row] for row in rows],
            self.h[rows],
            self.values[rows],
            self.weights[rows],
            self.shares[rows],
        )
