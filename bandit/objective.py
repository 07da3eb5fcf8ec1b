"""What a decision is worth: the reward, written in this one place."""

import math

import msgspec

from bandit.arrays import Vector


class Objective(msgspec.Struct, frozen=True):
    """The rates at which dollars and seconds are traded for quality.

    >>> dial = Objective.from_willingness_to_pay(0.05)
    >>> round(dial.cost_weight, 3)
    20.0
    >>> round(dial.reward(quality=0.9, cost_usd=0.01, latency_seconds=3.0), 3)
    0.7
    """

    cost_weight: float = 0.0
    """Quality points that one dollar is worth, ``1 / willingness_to_pay_usd``; not negative."""

    latency_weight: float = 0.0
    """Quality points that one second is worth; not negative."""

    @classmethod
    def from_willingness_to_pay(
        cls, willingness_to_pay_usd: float, latency_weight: float = 0.0
    ) -> "Objective":
        """An objective from the dollars that one point of quality is worth; infinity is free."""
        free = math.isinf(willingness_to_pay_usd)
        return cls(0.0 if free else 1.0 / willingness_to_pay_usd, latency_weight)

    def penalty(self, cost_usd: Vector, latency_seconds: Vector) -> Vector:
        """Quality points given up for cost and latency, shape ``(K,)``."""
        return self.cost_weight * cost_usd + self.latency_weight * latency_seconds

    def reward(self, quality: float, cost_usd: float, latency_seconds: float) -> float:
        """``quality - cost_weight * cost_usd - latency_weight * latency_seconds``."""
        return quality - self.cost_weight * cost_usd - self.latency_weight * latency_seconds
