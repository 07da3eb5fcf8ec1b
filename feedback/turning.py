"""Where in a row of ratings quality changed."""

import numpy as np

from bandit.arrays import Vector


def turning(qualities: Vector) -> int:
    """The place of the first rating after the change, where there was one; at least one.

    The ``k`` of ``n`` that makes ``k (n - k) / n`` times the squared difference of the means before
    and after it largest, which is the likeliest under normal noise.

    Source: Hinkley, Inference about the Change-Point in a Sequence of Random Variables, 1970.

    >>> turning(np.array([0.9, 0.8, 1.0, 0.1, 0.2]))
    3
    """
    n = len(qualities)
    if n < 2:
        return 1
    before = np.arange(1, n)
    sums = np.cumsum(qualities)
    difference = sums[:-1] / before - (sums[-1] - sums[:-1]) / (n - before)
    return int(np.argmax(before * (n - before) * difference**2)) + 1
