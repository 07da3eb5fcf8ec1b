"""Which answers are judged: those from which the most is to be learned, by known chance."""

from dataclasses import dataclass
from hashlib import sha256

_MEMORY = 1000
"""Answers over which the mean variance runs, once there are as many."""


@dataclass(slots=True)
class Picker:
    """Draws for one route: ``p = min(1, rate · v / mean v)``.

    `v` is the posterior variance of the quality of the model that answered, when it was decided.

    >>> picker = Picker(rate=0.1)
    >>> picker.probability(0.04)
    0.1
    >>> round(picker.probability(0.12), 3)
    0.15
    """

    rate: float
    _mean: float = 0.0
    _seen: int = 0

    def probability(self, variance: float | None) -> float:
        """The chance of one more answer; its own variance is part of the mean.

        An answer whose variance is not known counts for an average one. A rate of 1 is everything.
        """
        if variance is None or self.rate >= 1.0:
            return self.rate
        self._seen = min(self._seen + 1, _MEMORY)
        self._mean += (variance - self._mean) / self._seen
        return min(1.0, self.rate * variance / self._mean) if self._mean > 0 else self.rate


def is_drawn(decision_id: str, probability: float, *, lot: str = "judge") -> bool:
    """Whether this decision's lot, which is always the same one, is among the drawn.

    Lots of different names are independent.
    """
    drawn = int.from_bytes(sha256(f"{lot} {decision_id}".encode()).digest()[:8], "big")
    return drawn < probability * 2**64
