"""The dial swept from one end to the other, densest where it changes most."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import product

import numpy as np

from simulations.dial import between
from simulations.experiment import Experiment, plan
from simulations.origin import Origin
from simulations.trial import Measured

WIDEST_GAP = 0.1
"""Shares of the strong model at neighbouring settings may differ by so much."""

_ROUNDS = 5
"""Each halves what is too wide."""


def sweep_dial(
    experiment: Experiment,
    policies: Sequence[str],
    beside: Sequence[str],
    scenarios: Sequence[str],
    settings: Sequence[float],
    *,
    seeds: int,
    requests: int,
) -> None:
    """Run policies at settings of the dial, and between those whose shares lie too far apart.

    An area under a curve is only a straight line where the curve has no points.

    Args:
        experiment: Runs the trials, and has what they came to.
        policies: Whose shares are looked at.
        beside: Run wherever one of the policies is.
        scenarios: Under each of which the dial is swept.
        settings: Willingness to pay to begin with, dollars.
        seeds: Of each setting.
        requests: Length of a run.
    """
    every = list(dict.fromkeys([*policies, *beside]))
    experiment.finish(plan(every, scenarios, settings, seeds, requests))
    for _ in range(_ROUNDS):
        measured = experiment.measured()
        wanted = [
            trial
            for policy, scenario in product(policies, scenarios)
            for trial in plan(
                list(dict.fromkeys([policy, *beside])),
                [scenario],
                gaps(measured, policy, scenario),
                seeds,
                requests,
            )
        ]
        if not wanted:
            return
        experiment.finish(wanted)


def usual_scenario(origin: Origin) -> str:
    """What a sweep is of unless something else is asked for.

    Two models are compared by calls, as RouteLLM does, so that its measures mean what they say.
    """
    models = origin.environment(1, np.random.default_rng(0)).models
    return "flat-cost" if len(models) == 2 else "plain"


def gaps(measured: Sequence[Measured], policy: str, scenario: str) -> list[float]:
    """Settings at which a policy should be run too, for its shares to lie close enough."""
    shares: dict[float, list[float]] = defaultdict(list)
    for one in measured:
        if (one.trial.policy, one.trial.scenario) == (policy, scenario):
            shares[one.trial.willingness_to_pay_usd].append(one.strong_share_second_half)
    settings = sorted(shares)
    return between(settings, [float(np.mean(shares[at])) for at in settings], WIDEST_GAP)
