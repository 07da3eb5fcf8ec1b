"""What is believed of some models' quality in one context."""

from dataclasses import dataclass

import numpy as np

from bandit.arrays import Matrix, Vector


@dataclass(frozen=True, slots=True)
class Belief:
    """What the posterior says of some models in one context; arrays have shape ``(K,)``."""

    mean: Vector
    std: Vector
    """Deviation of each model's quality."""

    own_std: Vector
    """The part of the deviation that models do not share, so that could change their order."""

    @classmethod
    def of(cls, mean: Vector, covariance: Matrix) -> "Belief":
        """What a mean of shape ``(K,)`` and a covariance of shape ``(K, K)`` say."""
        variance = covariance.diagonal()
        own = variance - _common(covariance)
        return cls(
            mean=mean,
            std=np.sqrt(variance),
            own_std=np.sqrt(np.maximum(own, 0.05 * variance)),
        )


def _common(covariance: Matrix) -> float:
    """What all pairs have in common: the mean off-diagonal entry, not negative."""
    count = len(covariance)
    if count == 1:
        return 0.0
    between = covariance.sum() - covariance.trace()
    return max(0.0, float(between) / (count * (count - 1)))
