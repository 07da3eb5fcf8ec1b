"""What is learned of the posterior's frame: the prior's variances and the sources' noises."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import log

from bandit.prior import Prior

VARIANCES = ("shared_weight", "own_weight", "own_intercept", "shared_intercept")
"""The prior's variances, in the order they are learned."""

_LEAST, _MOST = 1e-6, 1.0
_RISE, _FALL, NOISE_SPREAD = 0.7, 0.15, 0.5
"""Deviations of the logarithms of the prior's variances, and of the sources', before evidence.

A policy that avoids a model sees little of it, so that its variances look smaller than they are:
they fall only on stronger evidence than they rise on.
"""


@dataclass(frozen=True, slots=True)
class Scales:
    """The prior's four variances, and each source's noise variance."""

    prior: Prior
    noise: dict[str, float]

    def moves(self) -> tuple["Move", ...]:
        """One for each scale."""
        noises = (partial(_move_noise, source=source) for source in self.noise)
        variances = (partial(_move_variance, name=name) for name in VARIANCES)
        return (*noises, *variances)

    def log_density(self, start: "Scales") -> float:
        """Of the log-normal belief around other scales, wider upwards, but for a constant."""
        moves = [log(getattr(self.prior, v) / getattr(start.prior, v)) for v in VARIANCES]
        weights = sum((move / (_RISE if move > 0 else _FALL)) ** 2 for move in moves)
        noises = sum((log(self.noise[s] / start.noise[s]) / NOISE_SPREAD) ** 2 for s in self.noise)
        return -0.5 * (weights + noises)


Move = Callable[[Scales, float], Scales]
"""Multiplies one of the scales."""


def _move_noise(scales: Scales, factor: float, source: str) -> Scales:
    return Scales(scales.prior, scales.noise | {source: _clip(scales.noise[source] * factor)})


def _move_variance(scales: Scales, factor: float, name: str) -> Scales:
    moved = {name: _clip(getattr(scales.prior, name) * factor)}
    return Scales(replace(scales.prior, **moved), scales.noise)


def _clip(variance: float) -> float:
    return min(max(variance, _LEAST), _MOST)
