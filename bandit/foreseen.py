"""Observations that are held against what is believed, before they are believed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bandit.arrays import Vector
from bandit.evidence import Evidence
from bandit.innovations import Innovations


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Observations, and how far each is from what those before it leave to be expected."""

    evidence: Sequence[Evidence]
    innovations: Innovations
    noise: Vector
    """Variance of one observation by each one's source, shape ``(m,)``."""

    weights: Vector
    """How many observations each counts for, shape ``(m,)``."""

    def surprises(self) -> Vector:
        """The innovations in deviations of observations that count once, shape ``(m,)``.

        Weights are positive.
        """
        deviations = self.innovations.deviations
        once = np.sqrt(deviations**2 + (self.weights - 1.0) * self.noise)
        surprises: Vector = self.innovations.values * deviations / once
        return surprises
