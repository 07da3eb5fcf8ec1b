"""An experiment, from what is wanted to the files of its report."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from bandit.arrays import Vector
from bandit.errors import ConfigError
from simulations.aggregate import frontiers, summarize
from simulations.archive import Archive
from simulations.dial import default_settings, sweep
from simulations.experiment import Experiment, Watcher, plan
from simulations.fixed import FixedModel, average, fixed_models
from simulations.origin import Origin
from simulations.policies import build
from simulations.registry import entry_of, options_of
from simulations.report.content import Content
from simulations.report.files import write
from simulations.report.settings import ALWAYS
from simulations.simulate import Failure, stream
from simulations.summary import Summary
from simulations.sweep import sweep_dial
from simulations.trial import Measured
from simulations.workers import Place, workers
from simulations.yardsticks import YARDSTICKS, is_yardstick

_SWEEP_POINTS = 11


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be simulated; `prepare` makes one that can be."""

    origin: Origin
    policies: Sequence[str]
    """Those that were asked for; `ALWAYS` are run beside them."""

    scenarios: Sequence[str]
    seeds: int
    requests: int
    fixed: Mapping[str, Sequence[FixedModel]]
    """The models under each scenario, from the cheapest to the dearest."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended."""

    content: Content
    files: Sequence[Path]
    failures: Sequence[Failure]
    interrupted: bool


def prepare(
    origin: Origin,
    policies: Sequence[str],
    scenarios: Sequence[str],
    seeds: int,
    requests: int | None = None,
) -> Job:
    """Check, before anything is run, that everything that is named exists.

    Raises:
        ConfigError: There is no such policy or scenario.
    """
    length = requests or origin.requests
    fixed = {
        scenario: fixed_models([stream(origin, scenario, length, seed) for seed in range(seeds)])
        for scenario in dict.fromkeys(scenarios)
    }
    models = [one.model for one in next(iter(fixed.values()))]
    for policy in policies:
        _check(policy, models)
    return Job(origin, list(dict.fromkeys(policies)), list(fixed), seeds, length, fixed)


def simulate(
    job: Job, willingness_to_pay_usd: Sequence[float], place: Place, out: Path, watcher: Watcher
) -> Ended:
    """Every policy under every scenario and setting; by default, under settings of the data.

    Raises:
        ConfigError: A setting is no positive number, or the cluster is of no use.
    """
    given = [_positive(dollars) for dollars in dict.fromkeys(willingness_to_pay_usd)]
    trials = plan(
        list(dict.fromkeys([*job.policies, *ALWAYS])),
        job.scenarios,
        given or default_settings(*_means(job)),
        job.seeds,
        job.requests,
    )
    experiment, interrupted = _run(job, lambda it: it.finish(trials), place, out, watcher)
    return _report(job, experiment, _summary(job, experiment), out, interrupted=interrupted)


def frontier(job: Job, place: Place, out: Path, watcher: Watcher) -> Ended:
    """Every policy under every scenario as the dial is swept from one end to the other.

    Raises:
        ConfigError: The cluster is of no use.
    """
    swept = partial(
        sweep_dial,
        policies=job.policies,
        beside=ALWAYS,
        scenarios=job.scenarios,
        settings=sweep(*_means(job), points=_SWEEP_POINTS),
        seeds=job.seeds,
        requests=job.requests,
    )
    experiment, interrupted = _run(job, swept, place, out, watcher)
    measured = experiment.measured()
    late = replace(job, fixed=_second_half(job, measured))
    summary = msgspec.structs.replace(_summary(job, experiment), frontiers=frontiers(measured))
    return _report(late, experiment, summary, out, interrupted=interrupted)


def _run(
    job: Job, finish: Callable[[Experiment], None], place: Place, out: Path, watcher: Watcher
) -> tuple[Experiment, bool]:
    """Run until all is finished or somebody interrupts it; gives whether somebody did."""
    archive = Archive(out / "trials", job.origin.fingerprint)
    with closing(workers(job.origin, place)) as running:
        experiment = Experiment(archive, running, watcher)
        try:
            finish(experiment)
        except KeyboardInterrupt:
            return experiment, True
    return experiment, False


def _summary(job: Job, experiment: Experiment) -> Summary:
    models = [one.model for one in next(iter(job.fixed.values()))]
    return summarize(job.origin.name, models, job.requests, job.seeds, experiment.measured())


def _report(
    job: Job, experiment: Experiment, summary: Summary, out: Path, *, interrupted: bool
) -> Ended:
    content = Content(summary, experiment.measured(), job.fixed, experiment.missing)
    return Ended(content, write(content, out), experiment.failures, interrupted)


def _second_half(job: Job, measured: Sequence[Measured]) -> dict[str, Sequence[FixedModel]]:
    """The models over the requests that frontiers are of."""
    by_seed: dict[str, dict[int, Sequence[FixedModel]]] = {name: {} for name in job.scenarios}
    for one in measured:
        by_seed[one.trial.scenario][one.trial.seed] = one.fixed_second_half
    return {
        name: average(list(late.values())) if late else job.fixed[name]
        for name, late in by_seed.items()
    }


def _means(job: Job) -> tuple[Vector, Vector]:
    """Quality and dollars of each model, under the first of the scenarios."""
    models = next(iter(job.fixed.values()))
    return (
        np.array([one.quality for one in models]),
        np.array([one.cost_usd for one in models]),
    )


def _check(policy: str, models: Sequence[str]) -> None:
    """Build what can be built of a policy before there are requests."""
    if is_yardstick(policy):
        options_of(policy, entry_of(policy, YARDSTICKS))
    else:
        build(policy, models, size=1, seed=0)


def _positive(dollars: float) -> float:
    if not dollars > 0:
        raise ConfigError(
            f"a willingness to pay of {dollars:g} dollars is no dial's setting",
            "give a positive number, or inf to ignore cost",
        )
    return dollars
