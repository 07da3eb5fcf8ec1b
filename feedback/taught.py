"""What comparisons have taught, as information about the models' qualities."""

from dataclasses import dataclass
from math import log

import numpy as np

from bandit.arrays import Matrix
from bandit.policies.thompson import Thompson
from bandit.posterior import Posterior
from feedback.learner import evidence_source


@dataclass(frozen=True, slots=True)
class Taught:
    """How much more is believed for certain thanks to some words."""

    words: float
    """How many stand; those that were capped or have aged count for less than one."""

    bits: float
    """Entropy, in bits, that the posterior would have more of without them."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the words of some sources are worth to a posterior, at one moment."""

    precision: Matrix
    """Of the posterior, shape ``(n, n)``."""

    part: Matrix
    """What the words add to it."""

    words: float

    def taught(self) -> Taught:
        """``1/2 log2(det P / det(P - part))``, the mutual information of words and weights.

        It is what the words add to everything else that is known: words that repeat what others
        have said teach little. It does not depend on what was said, only on where and how noisily.

        >>> Account(np.array([[4.0]]), np.array([[3.0]]), 1.0).taught()
        Taught(words=1.0, bits=1.0)

        Source: Lindley, On a Measure of the Information Provided by an Experiment, 1956.
        """
        with_them = np.linalg.slogdet(self.precision).logabsdet
        without = np.linalg.slogdet(self.precision - self.part).logabsdet
        return Taught(self.words, round(float(with_them - without) / (2.0 * log(2.0)), 6))


def comparisons_of(policy: object, source: str, metric: str) -> Account | None:
    """The account of a source's preferences by one metric; None where a policy keeps none."""
    if not isinstance(policy, Thompson):
        return None
    return _account(policy.posterior, f"{evidence_source(source, metric)} preference")


def _account(posterior: Posterior, name: str) -> Account:
    precision = posterior.prior_precision() + posterior.information()[0]
    if name not in posterior.moments:
        return Account(precision, np.zeros_like(precision), 0.0)
    moments = posterior.calibrated(name)
    part = moments.hh / posterior.counted_noise_of(name)
    return Account(precision, part, float(moments.count.sum()))
