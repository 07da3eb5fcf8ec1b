"""One trial, from its names to its measures."""

from dataclasses import dataclass
from traceback import extract_tb
from zlib import crc32

import numpy as np

from bandit.objective import Objective
from simulations import policies, scenarios, yardsticks
from simulations.environment import Environment
from simulations.measures import measure
from simulations.origin import Origin
from simulations.run import Run, run
from simulations.trial import Measured, Trial

_STREAM = crc32(b"stream")


@dataclass(frozen=True, slots=True)
class Failure:
    """A trial that came to nothing."""

    trial: Trial
    why: str


def simulate_trial(trial: Trial, origin: Origin) -> Measured:
    """Run a trial and measure it; only `seconds` depends on where it is run.

    Raises:
        ConfigError: There is no such policy or scenario.
    """
    environment = stream(origin, trial.scenario, trial.requests, trial.seed)
    objective = Objective.from_willingness_to_pay(trial.willingness_to_pay_usd)
    done = _run(trial, environment, objective)
    return measure(
        trial, done, environment, objective, yardsticks.cross_fitted_quality(environment)
    )


def stream(origin: Origin, scenario: str, requests: int, seed: int) -> Environment:
    """The requests of a trial: those of a seed are the same for every policy."""
    rng = np.random.default_rng([seed, _STREAM])
    return scenarios.apply(scenario, origin.environment(requests, rng), rng)


def attempt(trial: Trial, origin: Origin) -> Measured | Failure:
    """Run a trial; whatever goes wrong in it is what comes of it, and stops no other."""
    try:
        return simulate_trial(trial, origin)
    except Exception as error:  # noqa: BLE001 - told at the end, with the trial it is about
        last = extract_tb(error.__traceback__)[-1]
        return Failure(trial, f"{type(error).__name__}: {error} ({last.filename}:{last.lineno})")


def _run(trial: Trial, environment: Environment, objective: Objective) -> Run:
    rng = np.random.default_rng([trial.seed, crc32(trial.policy.encode())])
    if yardsticks.is_yardstick(trial.policy):
        chosen = yardsticks.choose(trial.policy, environment, objective, rng)
        return Run.of_choices(chosen, len(environment.models))
    size = environment.contexts.shape[1]
    policy = policies.build(trial.policy, environment.models, size, trial.seed)
    return run(policy, environment, objective, rng)
