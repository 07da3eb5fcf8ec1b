"""What a trial came to: every measure of it, with its formula.

Rewards are realised throughout, ``r_t = quality - cost_weight * cost_usd`` of the answer that was
given, and so are those of whatever a run is compared with; only `true_regret` is in expected
quality. The second half begins at request ``T // 2``, and all it is compared with there is of these
requests alone. A model's mean is over the requests it is able at, and one that is never able counts
for nothing.
"""

import numpy as np

from bandit.arrays import Matrix
from bandit.objective import Objective
from simulations.adaptation import adaptation_requests, shares
from simulations.along import curves
from simulations.breakdown import by_source, named
from simulations.calibration import coverage_90, told_by
from simulations.environment import Environment
from simulations.hindsight import Hindsight, at
from simulations.run import Run
from simulations.trial import Measured, Trial
from simulations.yardsticks import choose
from simulations.zero_router import zero_router

EQUAL_QUALITY = 0.005
"""Mean qualities that differ by no more are called equal."""

_LEAST_HEADROOM = 1e-9


def measure(
    trial: Trial, done: Run, environment: Environment, objective: Objective, ridge_quality: Matrix
) -> Measured:
    """Everything that is told of a trial.

    Args:
        trial: Which one.
        done: What was chosen, and believed.
        environment: What could have been chosen.
        objective: The setting of the dial.
        ridge_quality: Cross-fitted predictions of full-information ridge, shape ``(T, K)``: the
            truth that beliefs are held against where expected quality is not known.
    """
    whole = Hindsight.of(environment, objective, done.chosen)
    late = whole.second_half()
    single, oracle = best_single(whole), oracle_reward(whole)
    ridge = ridge_reward(whole, environment, objective)
    models = len(whole.models)
    return Measured(
        trial=trial,
        reward=_mean(whole, whole.reward),
        reward_second_half=_mean(late, late.reward),
        quality=_mean(whole, whole.quality),
        quality_second_half=_mean(late, late.quality),
        cost_usd=_mean(whole, whole.cost_usd),
        cost_usd_second_half=_mean(late, late.cost_usd),
        best_single=whole.models[whole.best(whole.reward)],
        best_single_reward=single,
        best_single_reward_second_half=best_single(late),
        oracle_reward=oracle,
        ridge_reward=ridge,
        regret_best_single=regret(whole, single),
        regret_oracle=regret(whole, oracle),
        regret_ridge=regret(whole, ridge),
        true_regret=true_regret(whole, environment.expected_quality, objective),
        zero_router_distance=zero_router_distance(whole),
        zero_router_distance_second_half=zero_router_distance(late),
        headroom_captured=headroom_captured(whole),
        savings=savings(whole),
        coverage_90=coverage_90(done, _truth(environment, ridge_quality)),
        strong_share=strong_share(whole),
        strong_share_second_half=strong_share(late),
        fixed_second_half=late.fixed(),
        adaptation_requests=adaptation_requests(done.chosen, environment.changed_at, models),
        traffic_share=named(whole.models, shares(done.chosen, models).tolist()),
        sources=by_source(whole, environment.sources),
        curves=curves(whole),
        seconds=done.seconds,
    )


def best_single(hindsight: Hindsight) -> float:
    """Mean reward of always choosing the model of the largest mean reward, in hindsight.

    Where it is unable, the next best stands in.
    """
    return float(at(hindsight.reward, hindsight.always(hindsight.reward)).mean())


def oracle_reward(hindsight: Hindsight) -> float:
    """Mean of ``max_k r_tk``: of the best answer to each request, its luck included."""
    return float(hindsight.reward.max(axis=1).mean())


def ridge_reward(hindsight: Hindsight, environment: Environment, objective: Objective) -> float:
    """Mean reward of what full-information ridge takes, predicting prompts it has not seen.

    It predicts quality and tokens from the contexts that policies see, as the yardstick does.
    """
    draws_nothing = np.random.default_rng(0)
    chosen = choose("ridge-full", environment, objective, draws_nothing)
    return float(at(hindsight.reward, chosen).mean())


def regret(hindsight: Hindsight, reward: float) -> float:
    """``sum_t (reward - r_t)``, what was lost against a mean reward, summed over the run.

    Below zero where nothing was lost.
    """
    return len(hindsight) * (reward - _mean(hindsight, hindsight.reward))


def true_regret(
    hindsight: Hindsight, expected_quality: Matrix | None, objective: Objective
) -> float | None:
    """``sum_t (max_k e_tk - e_t)``, with ``e = expected quality - cost_weight * cost_usd``.

    The loss against the best policy there is in a world of our making, free of the luck of answers:
    never negative, and zero for who always knows the best. Dollars are the realised ones; where
    they count, the best policy is allowed to know the length of answers beforehand.

    Returns:
        None where expected quality is not known.

    Source: Lattimore and Szepesvari, Bandit Algorithms, 2020, section 19.1.
    """
    if expected_quality is None:
        return None
    expected = expected_quality - objective.cost_weight * hindsight.cost_usd
    best = np.where(hindsight.able, expected, -np.inf).max(axis=1)
    return float((best - hindsight.obtained(expected)).sum())


def zero_router_distance(hindsight: Hindsight) -> float:
    """Quality minus that of the cheapest mix of fixed models at the same realised cost.

    The mix is of models as they are on average over the requests they are able at, with shares
    that stay. Where a model is able at some of the requests only, no such mix can be had in full:
    what is said of the second half, in which nothing comes or goes by default, is fairer.
    """
    fixed = hindsight.fixed()
    cost_usd = np.array([one.cost_usd for one in fixed])
    quality = np.array([one.quality for one in fixed])
    spent = np.array([_mean(hindsight, hindsight.cost_usd)])
    return _mean(hindsight, hindsight.quality) - float(zero_router(cost_usd, quality, spent)[0])


def headroom_captured(hindsight: Hindsight) -> float | None:
    """``(reward - best single) / (oracle - best single)``; None where there is no headroom."""
    single = best_single(hindsight)
    headroom = oracle_reward(hindsight) - single
    if headroom < _LEAST_HEADROOM:
        return None
    return (_mean(hindsight, hindsight.reward) - single) / headroom


def savings(hindsight: Hindsight) -> float | None:
    """``1 - cost / cost of always choosing the strongest model``, at equal quality.

    Below zero where more was spent. The strongest model is that of the largest mean quality; where
    it is unable, the next stands in.

    Returns:
        None where quality is below the strongest model's by more than `EQUAL_QUALITY`, and where
        that model costs nothing.
    """
    strongest = hindsight.always(hindsight.quality)
    missing = float(at(hindsight.quality, strongest).mean()) - _mean(hindsight, hindsight.quality)
    dollars = float(at(hindsight.cost_usd, strongest).mean())
    if missing > EQUAL_QUALITY or dollars <= 0.0:
        return None
    return 1.0 - _mean(hindsight, hindsight.cost_usd) / dollars


def strong_share(hindsight: Hindsight) -> float:
    """Share of requests that went to the model of the largest mean quality on them."""
    return float((hindsight.chosen == hindsight.best(hindsight.quality)).mean())


def _mean(hindsight: Hindsight, values: Matrix) -> float:
    """Of what was chosen."""
    return float(hindsight.obtained(values).mean())


def _truth(environment: Environment, ridge_quality: Matrix) -> Matrix:
    """Mean quality of each model in each context, as well as it is known, shape ``(T, K)``."""
    expected = environment.expected_quality
    return ridge_quality if expected is None else told_by(environment.contexts, expected)
