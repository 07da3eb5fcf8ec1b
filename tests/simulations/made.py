"""Trials that were never run: plausible figures for what reads them."""

import math

import msgspec
import numpy as np

from simulations.fixed import FixedModel
from simulations.report.content import Content
from simulations.summary import BestSingle, Figure, Frontier, Point, RunSummary, Summary
from simulations.trial import Curves, Measured, Share, Trial

POINTS = 50
_GAIN = {"oracle": 0.08, "best-single": 0.0, "random": -0.09, "thompson": 0.02, "linucb": 0.012}


def trial(policy: str = "thompson", seed: int = 0, willingness: float = 0.05) -> Trial:
    return Trial(policy, "plain", willingness, seed, 1000)


def measured(of: Trial, models: tuple[str, ...] = ("small", "large")) -> Measured:
    """What a trial might come to; better the longer it runs, unless it is a yardstick."""
    rng = np.random.default_rng(of.seed)
    gain = _GAIN.get(of.policy, 0.01) + 0.003 * float(rng.standard_normal())
    reward = 0.8 + gain
    shares = np.linspace(0.9, 0.4, POINTS)
    early = 0.0 if of.policy in {"oracle", "best-single", "random"} else 0.05
    return Measured(
        trial=of,
        reward=reward,
        reward_second_half=reward + 0.005,
        quality=reward + 0.05,
        quality_second_half=reward + 0.06,
        cost_usd=0.0025,
        cost_usd_second_half=0.002,
        best_single=models[-1],
        best_single_reward=0.8,
        best_single_reward_second_half=0.8,
        oracle_reward=0.88,
        ridge_reward=0.83,
        regret_best_single=-1000 * gain,
        regret_oracle=1000 * (0.08 - gain),
        regret_ridge=1000 * (0.03 - gain),
        true_regret=None,
        zero_router_distance=gain / 2,
        zero_router_distance_second_half=gain,
        headroom_captured=gain / 0.08,
        savings=None,
        coverage_90=0.91 if of.policy in {"thompson", "linucb"} else None,
        strong_share=0.4,
        strong_share_second_half=0.35,
        fixed_second_half=fixed(models),
        adaptation_requests=None,
        traffic_share={model: 1 / len(models) for model in models},
        sources={
            source: Share(500, reward + shift, 0.8, 0.002, {models[0]: 1.0})
            for source, shift in (("code", gain), ("prose", -gain / 2))
        },
        curves=Curves(
            requests=[20 * (k + 1) for k in range(POINTS)],
            reward=(reward + 0.05 * rng.standard_normal(POINTS)).tolist(),
            regret_best_single=_cumulative(-gain, early, rng),
            regret_oracle=np.linspace(0, 1000 * (0.08 - gain), POINTS).tolist(),
            traffic_share={
                model: (shares if k == 0 else (1 - shares) / (len(models) - 1)).tolist()
                for k, model in enumerate(models)
            },
        ),
        seconds=1.5,
    )


def renamed(source: Measured, *names: str) -> Measured:
    """The same trial with sources of these names."""
    shares = dict(zip(names, source.sources.values(), strict=False))
    return msgspec.structs.replace(source, sources=shares)


def _cumulative(late: float, early: float, rng: np.random.Generator) -> list[float]:
    """Regret of this much a request at the end, and so much more of it in the beginning."""
    fading = early * np.exp(-np.arange(POINTS) / 8)
    steps = 20 * (late + fading + 0.01 * rng.standard_normal(POINTS))
    regret: list[float] = np.cumsum(steps).tolist()
    return regret


def content(
    policies: tuple[str, ...] = ("thompson", "linucb", "best-single", "random", "oracle"),
    willingness: tuple[float, ...] = (0.05,),
    seeds: int = 3,
    models: tuple[str, ...] = ("small", "large"),
) -> Content:
    """A whole experiment of such trials."""
    runs = [
        measured(trial(policy, seed, dollars), models)
        for seed in range(seeds)
        for dollars in willingness
        for policy in policies
    ]
    return Content(summary(runs, models), runs, {"plain": fixed(models)})


def fixed(models: tuple[str, ...]) -> list[FixedModel]:
    """Each four times as dear as the one before, and a twentieth better."""
    return [FixedModel(model, 0.7 + 0.05 * k, 0.001 * 4**k) for k, model in enumerate(models)]


def summary(runs: list[Measured], models: tuple[str, ...]) -> Summary:
    """Every figure is that of the first seed, a hundredth up and down."""
    return Summary(
        "made up", list(models), 1000, 3, [_run(one) for one in runs if one.trial.seed == 0], []
    )


def swept(policy: str, points: int = 8) -> Frontier:
    """A frontier from the cheap model to the dear one, bent upwards."""
    shares = np.linspace(0, 1, points).tolist()
    return Frontier(
        policy,
        "plain",
        [
            Point(
                0.001 * 2**k,
                _figure(0.7 + 0.05 * share**0.5),
                _figure(0.001 + 0.003 * share),
                _figure(share),
            )
            for k, share in enumerate(shares)
        ],
        *(_figure(value) for value in (0.6, 0.61, 0.25, 0.6, 0.73)),
    )


def _run(one: Measured) -> RunSummary:
    best = BestSingle(one.best_single, _figure(0.8), _figure(0.8))
    dollars = one.trial.willingness_to_pay_usd
    told = {
        field: _figure(getattr(one, field))
        for field in RunSummary.__struct_fields__
        if isinstance(getattr(one, field, ""), float | int | None)
    }
    return msgspec.convert(
        told
        | {
            "policy": one.trial.policy,
            "scenario": one.trial.scenario,
            "willingness_to_pay_usd": "inf" if math.isinf(dollars) else dollars,
            "seeds": 3,
            "traffic_share": {model: _figure(share) for model, share in one.traffic_share.items()},
            "best_single": best,
        },
        RunSummary,
    )


def _figure(mean: float | None) -> Figure:
    return Figure(None, None, None) if mean is None else Figure(mean, 0.99 * mean, 1.01 * mean)
