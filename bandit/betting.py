"""A bound on a mean that holds at any sample size, however rare the large values are."""

import math

import numpy as np
from scipy.optimize import brentq

from bandit.arrays import Vector

_FRACTIONS = np.geomspace(3e-4, 0.95, 18)
"""Of the stake; which of them pays depends on the variance, so the stake is shared out evenly."""


def mean_at_least(values: Vector, risk: float) -> float:
    """A number that the mean of the values' expectations is at least, in ``[0, 1]``.

    Somebody who doubts that this mean is ``m`` bets a fraction ``f`` of his stake on every value,
    so that it becomes ``W(m) = prod (1 + f (x_t - m))``. If the mean is ``m`` it is not expected to
    grow, so by Markov it reaches ``1 / risk`` with a probability of at most ``risk``. The bound is
    the least ``m`` by which it does not. Nothing is assumed of the values' distribution.

    Args:
        values: Not negative, and unbounded, shape ``(n,)``. Each may depend on those before it, as
            long as the expectation it has by then does not; that lies in ``[0, 1]``.
        risk: Probability with which the bound may be above the mean.

    >>> mean_at_least(np.zeros(100), risk=0.025)
    0.0
    >>> round(mean_at_least(np.ones(100), risk=0.025), 2)
    0.93

    Source: Waudby-Smith and Ramdas, Estimating Means of Bounded Random Variables by Betting, 2024;
    of importance-weighted values: Waudby-Smith, Wu, Ramdas, Karampatziakis and Mineiro,
    Anytime-valid Off-policy Inference for Contextual Bandits, 2022.
    """
    proof = -math.log(risk)

    def missing(mean: float) -> float:
        return _log_wealth(values, mean) - proof

    if missing(0.0) <= 0.0:
        return 0.0
    if missing(1.0) >= 0.0:
        return 1.0
    bound: float = brentq(missing, 0.0, 1.0, xtol=1e-5)
    return bound


def _log_wealth(values: Vector, mean: float) -> float:
    """Logarithm of what one unit has become, shared out evenly over the fractions."""
    grown = np.log1p(np.multiply.outer(_FRACTIONS, values - mean)).sum(axis=1)
    wealth: float = np.logaddexp.reduce(grown) - math.log(len(_FRACTIONS))
    return wealth
