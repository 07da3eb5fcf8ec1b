"""A route's decisions as arrays; the same place in each is of the same decision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bandit.arrays import Vector

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Labels:
    """Which of a few names each decision has."""

    names: tuple[str | None, ...]
    """In the order of how many have them."""

    codes: NDArray[np.intp]
    """Places in `names`, shape ``(n,)``."""

    @classmethod
    def of(cls, labels: Iterable[str | None]) -> Self:
        """Number the names.

        >>> Labels.of(["b", None, "b"]).names
        ('b', None)
        """
        given = list(labels)
        counts = dict.fromkeys(given, 0)
        for label in given:
            counts[label] += 1
        names = sorted(counts, key=lambda name: (-counts[name], name or ""))
        places = {name: place for place, name in enumerate(names)}
        return cls(tuple(names), np.array([places[label] for label in given], np.intp))


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says of the decisions."""

    quality: Vector
    """In ``[0, 1]``, shape ``(n,)``; anything where nothing was said."""

    weight: Vector
    """How many ratings each word counts for, shape ``(n,)``; zero where nothing was said."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Decisions, and what came of them."""

    segments: Labels
    models: Labels
    """Who answered."""

    explored: Flags
    """Whether the choice was not the one that looked best, shape ``(n,)``."""

    expected: Vector
    """The quality that was believed of whom answered, shape ``(n,)``; NaN where none was."""

    cost_usd: Vector
    """Shape ``(n,)``; NaN where it is not known."""

    said: Mapping[str, Said]
    """By source."""

    def __len__(self) -> int:
        """How many decisions."""
        return len(self.explored)
