"""What a simulated run leaves in its log, and what another policy would have done there."""

import numpy as np

from bandit.arrays import Matrix
from bandit.decision import Choice, Policy
from bandit.estimators import LoggedDecisions
from bandit.objective import Objective
from simulations.environment import Environment
from simulations.run import Run


def logged_decisions(environment: Environment, run: Run, objective: Objective) -> LoggedDecisions:
    """What a policy chose, how likely that was, and what it really earned.

    The models of the environment are the axis ``K``. Every request is taken to be rated, as what
    the answer is worth.
    """
    reward = environment.reward(objective.cost_weight)
    return LoggedDecisions(
        chosen=run.chosen,
        propensity=run.propensity,
        reward=reward[np.arange(len(environment)), run.chosen],
        least=-objective.cost_weight * float(environment.cost_usd.max()),
        most=1.0,
    )


def believed_reward(environment: Environment, run: Run, objective: Objective) -> Matrix:
    """Reward of each model as it was believed when it was decided, shape ``(T, K)``.

    A belief that precedes the choice, as doubly robust estimates want it; costs are typical ones.
    """
    quality = np.nan_to_num(run.quality_mean.astype(np.float64))
    predicted: Matrix = quality - objective.cost_weight * _typical_cost_usd(environment)
    return predicted


def shares(
    policy: Policy, environment: Environment, objective: Objective, rng: np.random.Generator
) -> Matrix:
    """Probability with which a policy that learns no more would choose each model, ``(T, K)``.

    Args:
        policy: Asked at every request; it is told nothing of what comes of it.
        environment: The requests; models that are unable are not offered.
        objective: What the policy pursues.
        rng: Draws the choices, of which only the probabilities are kept.
    """
    target: Matrix = np.zeros(environment.quality.shape)
    cost_usd, able = _typical_cost_usd(environment), environment.able()
    for t, context in enumerate(environment.contexts):
        candidates = np.flatnonzero(able[t])
        choice = Choice(
            context=context,
            candidates=tuple(environment.models[k] for k in candidates),
            cost_usd=cost_usd[t, candidates],
            latency_seconds=np.zeros(len(candidates)),
            objective=objective,
        )
        target[t, candidates] = policy.decide(choice, rng).propensities
    return target


def true_value(environment: Environment, objective: Objective, target: Matrix) -> float:
    """Mean reward of a policy on this very stream: ``1/T sum_t sum_k target_t(k) r_t(k)``.

    Args:
        environment: Its contexts and all that could have come of any choice are taken as fixed.
        objective: What a reward is.
        target: Probability with which the policy chooses each model, shape ``(T, K)``.
    """
    reward = np.where(environment.able() > 0, environment.reward(objective.cost_weight), 0.0)
    return float((target * reward).sum(axis=1).mean())


def _typical_cost_usd(environment: Environment) -> Matrix:
    cost_usd: Matrix = environment.tokens.mean(axis=0) * environment.usd_per_token
    return cost_usd
