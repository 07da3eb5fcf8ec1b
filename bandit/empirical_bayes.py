"""Learns the scales of the prior and the noise of the sources from the evidence itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from bandit.posterior import Posterior
from bandit.prior import Prior

_STEPS = (4.0, 0.25, 2.0, 0.5, 1.4, 0.7)
"""Factors tried on one scale at a time."""

_SWEEPS = 2
_LEAST, _MOST = 1e-6, 1.0
_RISE, _FALL, _NOISE_SPREAD = 0.7, 0.3, 0.5
"""Deviations of the logarithms of the prior's variances, and of the sources', before evidence.

A policy that avoids a model sees little of it, so that its variances look smaller than they are:
they fall only on stronger evidence than they rise on.
"""


@dataclass(frozen=True, slots=True)
class Scales:
    """What is learned: the prior's four variances, and each source's noise variance."""

    prior: Prior
    noise: dict[str, float]

    def steps(self) -> Iterator[tuple["Scales", ...]]:
        """For each scale in turn, this with that scale moved by each of a few factors."""
        for source in self.noise:
            yield tuple(
                Scales(self.prior, self.noise | {source: _clip(self.noise[source] * step)})
                for step in _STEPS
            )
        for name in ("shared_weight", "own_weight", "own_intercept", "shared_intercept"):
            yield tuple(Scales(_moved(self.prior, name, step), self.noise) for step in _STEPS)

    def log_density(self, start: "Scales") -> float:
        """Of the log-normal belief around other scales, wider upwards, but for a constant."""
        moves = [
            np.log(getattr(self.prior, f.name) / getattr(start.prior, f.name))
            for f in fields(Prior)
        ]
        weights = sum((move / (_RISE if move > 0 else _FALL)) ** 2 for move in moves)
        noises = sum(
            (np.log(self.noise[s] / start.noise[s]) / _NOISE_SPREAD) ** 2 for s in self.noise
        )
        return -0.5 * float(weights + noises)


class EmpiricalBayes:
    """Type-II maximum likelihood under a log-normal belief around the scales at the start.

    The marginal likelihood needs only the sums the posterior already keeps, so a fit costs a
    few dozen factorisations whatever the number of observations, and depends on the set of them
    and not their order.

    Source: Bishop, Pattern Recognition and Machine Learning, 2006, section 3.5.
    """

    def __init__(self, start: Prior) -> None:
        """``start`` is what the scales are believed to be before any evidence."""
        self.start = start

    def fit(self, posterior: Posterior, start_noise: dict[str, float]) -> None:
        """Set the posterior's prior and noise to the likeliest, coordinate by coordinate."""
        sources = [s for s, m in posterior.moments.items() if m.count.sum() >= 1.0]
        start = Scales(
            self.start, {s: start_noise.get(s, posterior.default_noise) for s in sources}
        )
        scales = Scales(posterior.prior, {s: posterior.noise_of(s) for s in sources})
        best = _climb(posterior, scales, start)
        posterior.prior = best.prior
        posterior.noise.update(best.noise)
        posterior.refactor()


def log_evidence(posterior: Posterior, scales: Scales) -> float:
    """Logarithm of the marginal likelihood of all observations under these scales.

    ``-1/2 [sum n_s log(2 pi v_s) + r - b' A^-1 b + log|A| - log|A_0|]`` with precision
    ``A = A_0 + sum hh_s / v_s``, and ``b`` and ``r`` the sums about the prior mean.

    Source: Bishop, Pattern Recognition and Machine Learning, 2006, equation 3.86.
    """
    shape = len(posterior.models), posterior.size
    mean = posterior.prior_mean()
    precision = scales.prior.precision(*shape) + posterior.inherited.hh
    shift = posterior.inherited.hy - posterior.inherited.hh @ mean
    constant = 0.0
    for source, noise in scales.noise.items():
        sums = posterior.moments[source]
        precision += sums.hh / noise
        against = sums.hh @ mean
        shift += (sums.hy - against) / noise
        residual = sums.yy.sum() - 2.0 * mean @ sums.hy + mean @ against
        constant += sums.count.sum() * np.log(2.0 * np.pi * noise) + residual / noise
    factor, lower = cho_factor(precision, lower=True)
    determinant = 2.0 * np.log(factor.diagonal()).sum() + scales.prior.log_determinant(*shape)
    fit = shift @ cho_solve((factor, lower), shift)
    return -0.5 * float(constant - fit + determinant)


def _climb(posterior: Posterior, scales: Scales, start: Scales) -> Scales:
    def score(tried: Scales) -> float:
        try:
            return log_evidence(posterior, tried) + tried.log_density(start)
        except LinAlgError:
            return -np.inf

    best, height = scales, score(scales)
    for _ in range(_SWEEPS):
        for position in range(len(start.noise) + 4):
            moves: Iterable[Scales] = tuple(best.steps())[position]
            for tried in moves:
                found = score(tried)
                if found > height + 1e-9:
                    best, height = tried, found
    return best


def _clip(variance: float) -> float:
    return min(max(variance, _LEAST), _MOST)


def _moved(prior: Prior, name: str, step: float) -> Prior:
    values = {f.name: getattr(prior, f.name) for f in fields(Prior)}
    return Prior(**values | {name: _clip(values[name] * step)})
