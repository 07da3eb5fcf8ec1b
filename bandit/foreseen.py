"""Observations that are held against what is believed, before they are believed."""

from dataclasses import dataclass

import numpy as np

from bandit.arrays import Vector
from bandit.innovations import Innovations
from bandit.observations import Observations


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Observations, and how far each is from what those before it leave to be expected."""

    observations: Observations
    innovations: Innovations
    noise: Vector
    """Variance of one observation by each one's source, shape ``(m,)``."""

    def surprises(self) -> Vector:
        """The innovations in deviations of observations that count once, shape ``(m,)``.

        Weights are positive.
        """
        deviations, weights = self.innovations.deviations, self.observations.weights
        once = np.sqrt(deviations**2 + (weights - 1.0) * self.noise)
        surprises: Vector = self.innovations.values * deviations / once
        return surprises
