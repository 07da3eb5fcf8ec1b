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

    caution: float
    """Times that variance is what the innovations reckon with."""

    def surprises(self) -> Vector:
        """The innovations in deviations of observations that count once, shape ``(m,)``.

        Without caution: what is counted for less surprises no less. Weights are positive.
        """
        deviations, weights = self.innovations.deviations, self.observations.weights
        once = np.sqrt(deviations**2 + (weights - self.caution) * self.noise)
        surprises: Vector = self.innovations.values * deviations / once
        return surprises
