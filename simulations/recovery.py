"""How much of the strong model's quality comes back for how many of its calls."""

from dataclasses import dataclass

import numpy as np

from bandit.arrays import Vector

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Recovery:
    """The performance gap recovered, over the share of requests that go to the strong model.

    ``PGR = (quality - quality_weak) / (quality_strong - quality_weak)`` at each setting of the
    dial, with the straight lines between them, which are mixes of neighbours; from ``(0, 0)``, the
    weak model always, to ``(1, 1)``, the strong model always.

    Source: Ong, Almahairi, Wu et al., RouteLLM: Learning to Route LLMs with Preference Data, 2024,
    on PGR, APGR and CPT.
    """

    share: Vector
    recovered: Vector

    @classmethod
    def of(cls, share: Vector, quality: Vector, weak: float, strong: float) -> "Recovery | None":
        """A curve; there is none where the strong model is no better than the weak one.

        Args:
            share: Of the strong model, at each setting, shape ``(P,)``; in any order.
            quality: Mean quality at each setting, shape ``(P,)``.
            weak: Mean quality of the weak model on the same requests.
            strong: Mean quality of the strong model on them.
        """
        if strong <= weak:
            return None
        recovered = (quality - weak) / (strong - weak)
        order = np.lexsort((recovered, share))
        return cls(
            np.concatenate([[0.0], share[order], [1.0]]),
            np.concatenate([[0.0], recovered[order], [1.0]]),
        )

    def area(self) -> float:
        """The area under the curve, APGR: a half for mixing at random."""
        return float(np.trapezoid(self.recovered, self.share))

    def threshold(self, recovered: float) -> float:
        """The least share of strong calls that recovers so much of the gap, CPT."""
        there = int(np.argmax(self.recovered >= recovered - _ROUNDING))
        reached = slice(there - 1, there + 1)
        return float(np.interp(recovered, self.recovered[reached], self.share[reached]))
