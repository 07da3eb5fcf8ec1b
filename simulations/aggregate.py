"""Trials of several seeds, put together."""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Literal, TypeVar

import numpy as np

from bandit.arrays import Vector
from simulations.bootstrap import figure
from simulations.recovery import Recovery
from simulations.summary import BestSingle, Figure, Frontier, Point, RunSummary, Summary
from simulations.trial import Measured
from simulations.zero_router import mean_quality

Key = TypeVar("Key", bound=Hashable)
Tell = Callable[[Measured], float | None]


def summarize(
    data: str, models: Sequence[str], requests: int, seeds: int, measured: Sequence[Measured]
) -> Summary:
    """What each policy came to under each scenario and setting, in the order of the trials.

    Args:
        data: What requests were drawn from.
        models: Their names.
        requests: Of each trial.
        seeds: How many were wanted.
        measured: What is finished; settings need not have the same seeds.
    """
    settings = _grouped(
        measured,
        lambda one: (one.trial.policy, one.trial.scenario, one.trial.willingness_to_pay_usd),
    )
    runs = [_run(runs) for runs in settings.values()]
    return Summary(data, list(models), requests, seeds, runs, [])


def frontiers(measured: Sequence[Measured]) -> list[Frontier]:
    """The frontier of each policy under each scenario, over the second half of the runs.

    What is computed of a whole frontier is computed seed by seed, from whatever settings a seed has
    been run at. A policy that does not heed the dial is one point, and has a frontier nevertheless:
    that of its mixes with the models at either end.
    """
    swept = _grouped(measured, lambda one: (one.trial.policy, one.trial.scenario))
    return [_frontier(runs) for runs in swept.values()]


def _run(runs: Sequence[Measured]) -> RunSummary:
    def told(tell: Tell) -> Figure:
        return figure(tell(one) for one in runs)

    trial = runs[0].trial
    return RunSummary(
        policy=trial.policy,
        scenario=trial.scenario,
        willingness_to_pay_usd=_written(trial.willingness_to_pay_usd),
        seeds=len(runs),
        reward=told(lambda one: one.reward),
        reward_second_half=told(lambda one: one.reward_second_half),
        quality=told(lambda one: one.quality),
        cost_usd=told(lambda one: one.cost_usd),
        regret_best_single=told(lambda one: one.regret_best_single),
        regret_oracle=told(lambda one: one.regret_oracle),
        regret_ridge=told(lambda one: one.regret_ridge),
        true_regret=told(lambda one: one.true_regret),
        zero_router_distance=told(lambda one: one.zero_router_distance),
        zero_router_distance_second_half=told(lambda one: one.zero_router_distance_second_half),
        headroom_captured=told(lambda one: one.headroom_captured),
        savings=_of_all([one.savings for one in runs]),
        coverage_90=told(lambda one: one.coverage_90),
        adaptation_requests=told(lambda one: one.adaptation_requests),
        traffic_share={
            model: figure(one.traffic_share[model] for one in runs)
            for model in runs[0].traffic_share
        },
        best_single=_best_single(runs),
        oracle_reward=told(lambda one: one.oracle_reward),
        ridge_reward=told(lambda one: one.ridge_reward),
        seconds=told(lambda one: one.seconds),
    )


def _best_single(runs: Sequence[Measured]) -> BestSingle:
    ((model, _),) = Counter(one.best_single for one in runs).most_common(1)
    return BestSingle(
        model,
        figure(one.best_single_reward for one in runs),
        figure(one.best_single_reward_second_half for one in runs),
    )


def _of_all(values: Sequence[float | None]) -> Figure:
    """A figure only where every seed has it: savings of lucky seeds alone are none."""
    return figure([None] if None in values else values)


def _frontier(runs: Sequence[Measured]) -> Frontier:
    first = runs[0].trial
    settings = _grouped(runs, lambda one: one.trial.willingness_to_pay_usd)
    by_seed = _grouped(runs, lambda one: one.trial.seed).values()
    curves = [curve for of_seed in by_seed if (curve := _recovery(of_seed, _calls)) is not None]
    bought = [curve for of_seed in by_seed if (curve := _recovery(of_seed, _dollars)) is not None]
    return Frontier(
        policy=first.policy,
        scenario=first.scenario,
        points=[_point(setting, settings[setting]) for setting in sorted(settings)],
        apgr=figure(curve.area() for curve in curves),
        apgr_usd=figure(curve.area() for curve in bought),
        cpt50=figure(curve.threshold(0.5) for curve in curves),
        cpt80=figure(curve.threshold(0.8) for curve in curves),
        aiq=figure(_aiq(of_seed) for of_seed in by_seed),
    )


def _point(willingness_to_pay_usd: float, runs: Sequence[Measured]) -> Point:
    return Point(
        _written(willingness_to_pay_usd),
        quality=figure(one.quality_second_half for one in runs),
        cost_usd=figure(one.cost_usd_second_half for one in runs),
        strong_share=figure(one.strong_share_second_half for one in runs),
    )


def _recovery(
    runs: Sequence[Measured], share: Callable[[Sequence[Measured]], Vector]
) -> Recovery | None:
    """Of one seed; only where there are two models."""
    fixed = [one.quality for one in runs[0].fixed_second_half]
    if len(fixed) != 2:
        return None
    quality = _array(one.quality_second_half for one in runs)
    return Recovery.of(share(runs), quality, min(fixed), max(fixed))


def _calls(runs: Sequence[Measured]) -> Vector:
    """The strong model's share of the requests."""
    return _array(one.strong_share_second_half for one in runs)


def _dollars(runs: Sequence[Measured]) -> Vector:
    """What was spent, from nothing at the cheaper model's cost to one at the dearer's."""
    cheap, dear = (one.cost_usd for one in runs[0].fixed_second_half)
    spent = _array(one.cost_usd_second_half for one in runs)
    share: Vector = np.clip((spent - cheap) / max(dear - cheap, 1e-12), 0.0, 1.0)
    return share


def _aiq(runs: Sequence[Measured]) -> float | None:
    """Of one seed, between the costs of the cheapest and the dearest model.

    The cheapest model is one of the points, so that the hull reaches as far down for everybody.
    """
    fixed = runs[0].fixed_second_half
    cheapest, dearest = fixed[0], fixed[-1]
    cost_usd = _array([cheapest.cost_usd, *(one.cost_usd_second_half for one in runs)])
    quality = _array([cheapest.quality, *(one.quality_second_half for one in runs)])
    return mean_quality(cost_usd, quality, cheapest.cost_usd, dearest.cost_usd)


def _grouped(
    measured: Iterable[Measured], key: Callable[[Measured], Key]
) -> dict[Key, list[Measured]]:
    """In the order in which they first appear."""
    found: dict[Key, list[Measured]] = {}
    for one in measured:
        found.setdefault(key(one), []).append(one)
    return found


def _array(values: Iterable[float]) -> Vector:
    return np.array(list(values), dtype=np.float64)


def _written(willingness_to_pay_usd: float) -> float | Literal["inf"]:
    """JSON has no infinity."""
    return "inf" if math.isinf(willingness_to_pay_usd) else willingness_to_pay_usd
