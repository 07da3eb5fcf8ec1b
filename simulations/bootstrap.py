"""How sure a mean over seeds is."""

from collections.abc import Iterable
from functools import cache

import numpy as np

from bandit.arrays import Indices, Matrix
from simulations.summary import Figure

_RESAMPLES = 1000
_INTERVAL = [2.5, 97.5]


def interval(values: Matrix) -> Matrix:
    """The 95 % bootstrap interval of the mean of rows, low and high, shape ``(2, P)``.

    Seeds are drawn with replacement, a thousand times; the interval holds the middle 95 % of the
    means of what is drawn. The draws are the same for every ``S`` rows, so that equal values have
    equal intervals.

    Args:
        values: Of each seed, shape ``(S, P)``.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3.
    """
    ends: Matrix = np.percentile(_draws(len(values)) @ values / len(values), _INTERVAL, axis=0)
    return ends


def figure(values: Iterable[float | None]) -> Figure:
    """The mean over seeds with its interval.

    Seeds to which it does not apply are left out; all is null where it applies to none.

    >>> figure([0.5, None]), figure([None])
    (Figure(mean=0.5, low=0.5, high=0.5), Figure(mean=None, low=None, high=None))
    """
    told = np.array([value for value in values if value is not None], dtype=np.float64)
    if len(told) == 0:
        return Figure(None, None, None)
    low, high = interval(told[:, None])[:, 0].tolist()
    return Figure(float(told.mean()), low, high)


@cache
def _draws(seeds: int) -> Indices:
    """How often each seed is drawn, each time, shape ``(1000, S)``."""
    rng = np.random.default_rng(0)
    return rng.multinomial(seeds, np.full(seeds, 1 / seeds), _RESAMPLES)
