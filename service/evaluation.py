"""What other policies would have earned at the decisions of the log.

A decision whose model failed counts with the answer of the model that stood in: that is what
choosing it came to. Leaving such decisions out would leave out those at which a model fails, and
only where it was chosen; the weights of those that are left would be wrong.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bandit import estimators
from bandit.arrays import Matrix, Vector
from bandit.decision import Choice, Policy
from bandit.estimators import Estimate, LoggedDecisions, Support
from bandit.objective import Objective
from service.storage.rated import RatedDecision

Target = Callable[[RatedDecision], Vector]
"""Probability with which a policy would choose each candidate of a decision, shape ``(K,)``."""


@dataclass(frozen=True, slots=True)
class Log:
    """The decisions that can be reckoned with, and why the others cannot."""

    rows: Sequence[RatedDecision]
    models: tuple[str, ...]
    """All that were ever candidates; axis ``K``."""

    decisions: LoggedDecisions
    predicted: Matrix
    """Reward of each model as it was believed when it was decided, shape ``(n, K)``."""

    left_out: Mapping[str, int]
    """Rated decisions that are not reckoned with: the reason, and how many."""

    def on_axis(self, of_candidates: Target) -> Matrix:
        """Figures of the candidates of each decision on the axis of all models, ``(n, K)``."""
        return _on_axis(self.rows, self.models, of_candidates)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the log says of one policy."""

    snips: Estimate
    dr: Estimate
    ips: Estimate
    support: Support


def read(rated: Iterable[RatedDecision]) -> Log:
    """Keep the decisions that propensities and rewards are known of.

    Raises:
        UnusableLog: Fewer than two are left.
    """
    rows, left_out = list[RatedDecision](), Counter[str]()
    for row in rated:
        reason = _reason_against(row)
        if reason is None:
            rows.append(row)
        else:
            left_out[reason] += 1
    models = tuple(sorted({each.model for row in rows for each in row.candidates}))
    reward = np.array([_reward(row) for row in rows])
    least = min(0.0, *(_worst(row) for row in rows), *reward.tolist()) if rows else 0.0
    decisions = LoggedDecisions(
        chosen=np.array([models.index(row.chosen) for row in rows], dtype=np.intp),
        propensity=np.array([row.propensity for row in rows]),
        reward=reward,
        least=least,
    )
    predicted = np.clip(_on_axis(rows, models, believed_reward), least, 1.0)
    return Log(rows, models, decisions, predicted, left_out)


def evaluate(log: Log, target: Target) -> Evaluation:
    """What a policy would have earned at these decisions, by every estimator."""
    would = log.on_axis(target)
    return Evaluation(
        snips=estimators.snips(log.decisions, would),
        dr=estimators.dr(log.decisions, would, log.predicted),
        ips=estimators.ips(log.decisions, would),
        support=estimators.support(log.decisions, would),
    )


def asked(policy: Policy) -> Target:
    """What a policy that learns nothing says when it is asked again."""
    rng = np.random.default_rng(0)

    def propensities(row: RatedDecision) -> Vector:
        names = tuple(each.model for each in row.candidates)
        choice = Choice(
            context=row.context,
            candidates=names,
            cost_usd=_expected_cost_usd(row),
            latency_seconds=np.zeros(len(names)),
            objective=Objective(row.cost_weight),
        )
        return policy.decide(choice, rng).propensities

    return propensities


def greedy(row: RatedDecision) -> Vector:
    """The candidate that was believed to be worth most, of equals the first."""
    worth = believed_reward(row)
    certain: Vector = np.eye(len(worth))[worth.argmax()]
    return certain


def believed_reward(row: RatedDecision) -> Vector:
    """Quality believed of each candidate when it was decided, less its cost, shape ``(K,)``."""
    quality = np.array([each.quality_mean for each in row.candidates])
    return quality - row.cost_weight * _expected_cost_usd(row)


def _reason_against(row: RatedDecision) -> str | None:
    if row.policy == "direct":
        return "the client named the model"
    if row.duelled:
        return "the answer was one of two"
    if row.cost_weight and row.cost_usd is None:
        return "what the answer cost is not known"
    if row.latency_weight and row.latency_seconds is None:
        return "how long the answer took is not known"
    return None


def _reward(row: RatedDecision) -> float:
    objective = Objective(row.cost_weight, row.latency_weight)
    return objective.reward(row.quality, row.cost_usd or 0.0, row.latency_seconds or 0.0)


def _worst(row: RatedDecision) -> float:
    """The reward of a useless answer of the dearest candidate."""
    return -row.cost_weight * float(_expected_cost_usd(row).max())


def _expected_cost_usd(row: RatedDecision) -> Vector:
    return np.array([each.expected_cost_usd for each in row.candidates])


def _on_axis(
    rows: Sequence[RatedDecision], models: tuple[str, ...], of_candidates: Target
) -> Matrix:
    index = {model: k for k, model in enumerate(models)}
    table: Matrix = np.zeros((len(rows), len(models)))
    for i, row in enumerate(rows):
        table[i, [index[each.model] for each in row.candidates]] = of_candidates(row)
    return table
