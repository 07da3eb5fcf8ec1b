"""What another policy would have earned, from a log that says how likely each choice was."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from bandit.arrays import Indices, Matrix, Vector
from bandit.betting import mean_at_least
from bandit.errors import ConfigError

_RISK = 0.05
FEWEST = 50.0
"""Effective sample below which normal theory is not relied on."""

_ROUNDING = 1e-6


class UnusableLog(ConfigError):
    """Raised when logged decisions, or what a policy would have done at them, make no sense."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact, "read them from a log that the service or a simulation wrote")


@dataclass(frozen=True, slots=True)
class LoggedDecisions:
    """What was chosen, how likely that was, and what it earned; arrays have shape ``(n,)``."""

    chosen: Indices
    """Index of the chosen model on the axis ``K`` of what policies are described by."""

    propensity: Vector
    """Exact probability with which it was chosen, in ``(0, 1]``."""

    reward: Vector
    least: float = 0.0
    """What a reward cannot be below, of whichever model."""

    most: float = 1.0
    """What a reward cannot be above."""

    def __post_init__(self) -> None:
        if len(self.chosen) < 2:
            raise UnusableLog(f"there are {len(self.chosen)} decisions where two are needed")
        if not len(self.chosen) == len(self.propensity) == len(self.reward):
            raise UnusableLog("choices, propensities and rewards are not equally many")
        if not ((self.propensity > 0.0) & (self.propensity <= 1.0 + _ROUNDING)).all():
            raise UnusableLog("a propensity is not above 0 and at most 1")
        if not self.least < self.most:
            raise UnusableLog("the least that a reward can be is not below the most")
        if not ((self.reward >= self.least) & (self.reward <= self.most)).all():
            raise UnusableLog(f"a reward is not from {self.least:g} to {self.most:g}")

    def __len__(self) -> int:
        return len(self.chosen)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The value of a policy, in units of reward, with a 95 % interval around it."""

    value: float
    """Not a number where the log says nothing at all."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Support:
    """How much of a log speaks of a policy; the weights ``w`` are ``target / propensity``."""

    effective: float
    """Decisions that would say as much if all weighed the same, ``(sum w)^2 / sum w^2``."""

    largest_weight: float
    mean_weight: float
    """One, but for luck, where everything that the policy does was also tried."""

    thin: bool
    """Whether normal theory is not to be relied on: the effective sample is below 50, or the mean
    weight is further from one than two of its standard errors, so what the policy would do was
    tried so rarely that the log happens to have too little of it, or too much."""

    @classmethod
    def of(cls, weights: Vector) -> "Support":
        """The support of weights of shape ``(n,)``."""
        squares = float((weights**2).sum())
        effective = float(weights.sum()) ** 2 / squares if squares else 0.0
        mean = float(weights.mean())
        off = abs(mean - 1.0) > 2.0 * float(weights.std()) / len(weights) ** 0.5 + _ROUNDING
        return cls(effective, float(weights.max()), mean, off or effective < FEWEST)


def support(logged: LoggedDecisions, target: Matrix) -> Support:
    """How much of the log speaks of a policy; see `ips` for the arguments."""
    return Support.of(_weights(logged, target))


def earned(logged: LoggedDecisions) -> Estimate:
    """What the log's own decisions earned on average, with Student's interval."""
    return _normal(logged, logged.reward, float(len(logged)))


def replay(logged: LoggedDecisions, target: Matrix) -> Estimate:
    """Mean reward of the decisions at which the policy would have chosen the same.

    ``V = sum_i target_i(a_i) r_i / sum_i target_i(a_i)``. Unbiased only where the log chose
    uniformly at random, whatever the context; propensities are not looked at. The variance is that
    of the ``n / K`` decisions that agree, and explodes as ``K`` grows.

    Args:
        logged: The decisions.
        target: Probability with which the policy would choose each model, shape ``(n, K)``.

    Source: Li, Chu, Langford and Wang, Unbiased Offline Evaluation of Contextual-bandit-based News
    Article Recommendation Algorithms, 2011, algorithm 2; stochastic policies in expectation.
    """
    weights = _weights(logged, target) * logged.propensity
    if not weights.any():
        return Estimate(np.nan, logged.least, logged.most)
    return _normal(logged, _ratio_terms(weights, logged.reward), Support.of(weights).effective)


def ips(logged: LoggedDecisions, target: Matrix) -> Estimate:
    """Inverse propensity scoring, with an interval that holds whatever the propensities are.

    ``V = 1/n sum_i w_i r_i`` with ``w_i = target_i(a_i) / propensity_i``. Unbiased where all that
    the policy does had some chance in the log; also from a log that learned as it went, since
    given the past each term is. The variance, about ``E[w^2 r^2] / n``, explodes with small
    propensities, and even equal rewards vary with the weights.

    The interval is not taken from that variance, of which a log with rare large weights shows too
    little, but from two bets: ``w (r - least)`` is not negative, and nor is ``w (most - r)``. It
    covers at least 95 times in 100 at any ``n`` and any propensity, is half as wide again as the
    normal one where that is right, and everything between least and most where nothing is known.

    Args:
        logged: The decisions.
        target: Probability with which the policy would choose each model, shape ``(n, K)``; zero
            for those that were no candidates.

    Source: Horvitz and Thompson, A Generalization of Sampling Without Replacement from a Finite
    Universe, 1952; for policies Dudik, Langford and Li, Doubly Robust Policy Evaluation and
    Learning, 2011, equation 2. The interval: see `mean_at_least`.
    """
    weights = _weights(logged, target)
    return _around(float((weights * logged.reward).mean()), *_whatever(logged, weights))


def snips(logged: LoggedDecisions, target: Matrix) -> Estimate:
    """Self-normalised inverse propensity scoring: the estimate to look at first.

    ``V = sum_i w_i r_i / sum_i w_i``. Biased by ``O(1/n)``, consistent where `ips` is; a constant
    added to all rewards is added to the value, and the variance is much less than that of `ips`
    where rewards are far from zero. It explodes with small propensities too.

    The interval is Student's with the effective sample less one degrees of freedom, from the terms
    of the delta method, ``w_i (r_i - V) / mean w``; where `Support` is thin, that of `ips`.

    Args:
        logged: The decisions.
        target: As for `ips`.

    Source: Swaminathan and Joachims, The Self-Normalized Estimator for Counterfactual Learning,
    2015.
    """
    weights = _weights(logged, target)
    if not weights.any():
        return Estimate(np.nan, logged.least, logged.most)
    return _where_supported(logged, weights, _ratio_terms(weights, logged.reward))


def dr(logged: LoggedDecisions, target: Matrix, predicted: Matrix) -> Estimate:
    """Doubly robust: a prediction for all models, corrected by weighted residuals of the chosen.

    ``V = 1/n sum_i [sum_k target_i(k) q_i(k) + w_i (r_i - q_i(a_i))]``. Unbiased where `ips` is,
    however wrong the predictions are, if they were made without knowledge of the choice and of
    what came of it; what was believed when it was decided is such a prediction. The better they
    are, the less varies; small propensities let the variance explode by the residuals only.

    The interval is Student's with the effective sample less one degrees of freedom, from the
    terms; where `Support` is thin, that of `ips`.

    Args:
        logged: The decisions.
        target: As for `ips`.
        predicted: Reward of each model, shape ``(n, K)``; anything finite at no candidates.

    Source: Dudik, Langford and Li, Doubly Robust Policy Evaluation and Learning, 2011, equation 4.
    """
    weights = _weights(logged, target)
    if predicted.shape != target.shape or not np.isfinite(predicted).all():
        raise UnusableLog("there is not one finite prediction for each decision and model")
    residual = logged.reward - _of_chosen(logged, predicted)
    return _where_supported(logged, weights, (target * predicted).sum(axis=1) + weights * residual)


def _weights(logged: LoggedDecisions, target: Matrix) -> Vector:
    """Importance weights, shape ``(n,)``."""
    shape = target.shape
    if len(shape) != 2 or shape[0] != len(logged) or not 0 <= logged.chosen.max() < shape[1]:
        raise UnusableLog("the policy is not described by one row of models for each decision")
    if not (target >= 0.0).all() or abs(target.sum(axis=1) - 1.0).max() > _ROUNDING:
        raise UnusableLog("what the policy would choose at a decision is no distribution")
    return _of_chosen(logged, target) / logged.propensity


def _of_chosen(logged: LoggedDecisions, table: Matrix) -> Vector:
    of_chosen: Vector = table[np.arange(len(logged)), logged.chosen]
    return of_chosen


def _ratio_terms(weights: Vector, reward: Vector) -> Vector:
    """Terms whose mean is ``sum w r / sum w``, and whose deviations are the delta method's."""
    value = float(weights @ reward / weights.sum())
    terms: Vector = value + weights * (reward - value) / weights.mean()
    return terms


def _where_supported(logged: LoggedDecisions, weights: Vector, terms: Vector) -> Estimate:
    found = Support.of(weights)
    if found.thin:
        return _around(float(terms.mean()), *_whatever(logged, weights))
    return _normal(logged, terms, found.effective)


def _normal(logged: LoggedDecisions, terms: Vector, effective: float) -> Estimate:
    """The mean of terms and Student's interval; no wider than what a reward can be."""
    value, freedom = float(terms.mean()), max(effective - 1.0, 1.0)
    half = float(stdtrit(freedom, 1.0 - _RISK / 2.0) * terms.std(ddof=1)) / len(terms) ** 0.5
    return _around(value, max(value - half, logged.least), min(value + half, logged.most))


def _whatever(logged: LoggedDecisions, weights: Vector) -> tuple[float, float]:
    """Bounds on the value that hold whatever the weights, each but with half of the risk."""
    width = logged.most - logged.least
    share = (logged.reward - logged.least) / width
    low = mean_at_least(weights * share, _RISK / 2.0)
    high = 1.0 - mean_at_least(weights * (1.0 - share), _RISK / 2.0)
    return logged.least + width * low, logged.least + width * high


def _around(value: float, low: float, high: float) -> Estimate:
    return Estimate(value, min(low, value), max(high, value))
