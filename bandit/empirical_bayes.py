"""Learns the scales of the prior and the noise of the sources from the evidence itself."""

from collections.abc import Callable

import numpy as np
from scipy.linalg import LinAlgError

from bandit.likelihood import likelihood
from bandit.posterior import Posterior
from bandit.prior import Prior
from bandit.scales import Move, Scales
from bandit.steps import Steps, finish

_UP, _DOWN = (1.4, 2.0, 4.0), (0.7, 0.5, 0.25)
"""Factors tried on one scale at a time, each way for as long as they help."""

_SWEEPS = 2


class EmpiricalBayes:
    """Type-II maximum likelihood under a log-normal belief around the scales at the start.

    The marginal likelihood needs only the sums the posterior already keeps, so what a fit costs
    does not grow with the number of observations, and what it finds depends on the set of them
    and not their order.

    Source: Bishop, Pattern Recognition and Machine Learning, 2006, section 3.5.
    """

    def __init__(self, start: Prior) -> None:
        """``start`` is what the scales are believed to be before any evidence."""
        self.start = start

    def fit(self, posterior: Posterior, start_noise: dict[str, float]) -> None:
        """Set the posterior's prior and noise to the likeliest, coordinate by coordinate."""
        finish(self.fit_in_steps(posterior, start_noise))

    def fit_in_steps(self, posterior: Posterior, start_noise: dict[str, float]) -> Steps[None]:
        """Fit, with a step for each scale tried; before the last the posterior is as it was."""
        sources = [s for s, m in posterior.moments.items() if m.count.sum() >= 1.0]
        start = Scales(
            self.start, {s: start_noise.get(s, posterior.default_noise) for s in sources}
        )
        evidence = likelihood(posterior, sources)

        def height(tried: Scales) -> float:
            try:
                return evidence.log_evidence(tried) + tried.log_density(start)
            except LinAlgError:
                return -np.inf

        noise = {source: posterior.noise_of(source) for source in sources}
        best = yield from _climb(height, Scales(posterior.prior, noise))
        posterior.prior = best.prior
        posterior.noise.update(best.noise)
        posterior.refactor()


def _climb(height: Callable[[Scales], float], scales: Scales) -> Steps[Scales]:
    """Go uphill along one scale after the other, and once more as far as that may lead anywhere."""
    best, reached, in_vain = scales, height(scales), 0
    moves = scales.moves()
    for move in _SWEEPS * moves:
        before = best
        best, reached = yield from _along(move, height, best, reached)
        in_vain = in_vain + 1 if best is before else 0
        if in_vain == len(moves):
            break
    return best


def _along(
    move: Move, height: Callable[[Scales], float], scales: Scales, reached: float
) -> Steps[tuple[Scales, float]]:
    """Go up one scale for as long as that leads uphill; else down it."""
    best = scales
    for way in (_UP, _DOWN):
        for factor in way:
            yield
            tried = move(scales, factor)
            found = height(tried)
            if found <= reached + 1e-9:
                break
            best, reached = tried, found
        if best is not scales:
            break
    return best, reached
