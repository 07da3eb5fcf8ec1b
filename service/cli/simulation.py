"""From what was asked of a simulation to its report and its exit status."""

from collections.abc import Callable
from functools import partial

import rich_click as click

from bandit.context import ContextEncoder
from service.cli.simulate import INTERRUPTED
from service.cli.simulation_display import bar, described, show
from service.cli.simulation_options import Asked
from simulations.datasets import load
from simulations.job import Ended, frontier, prepare, simulate
from simulations.origin import Origin, of_dataset
from simulations.sweep import usual_scenario
from simulations.synthetic import parse
from simulations.workers import Place

_DONE, _FAILED = 0, 1
"""Exit statuses."""


def run_simulate(given: Asked, willingness_to_pay_usd: tuple[float, ...]) -> int:
    """Simulate, and say how it ended."""
    ended = partial(simulate, willingness_to_pay_usd=willingness_to_pay_usd)
    return _run(given, ended, lambda _origin: "plain")


def run_frontier(given: Asked) -> int:
    """Sweep the dial, and say how it ended."""
    return _run(given, frontier, usual_scenario)


def _run(given: Asked, ended: Callable[..., Ended], usual: Callable[[Origin], str]) -> int:
    origin = _origin(given)
    scenarios = given.scenarios or (usual(origin),)
    job = prepare(origin, given.policies, scenarios, given.seeds, given.requests)
    place = Place(given.workers, given.scheduler)
    with bar() as watcher:
        done = ended(job, place=place, out=given.out, watcher=watcher)
    show(done)
    return _status(done)


def _status(done: Ended) -> int:
    if done.interrupted:
        left = done.content.missing
        click.echo(f"interrupted, {left} trials are left; run it again to go on", err=True)
        return INTERRUPTED
    if done.failures:
        click.echo(
            f"{len(done.failures)} trials failed, the first: {described(done.failures[0])}",
            err=True,
        )
        return _FAILED
    return _DONE


def _origin(given: Asked) -> Origin:
    if given.data is None:
        return parse(given.synthetic or "")
    dataset = load(given.data, trust_pickle=given.trust_pickle)
    for reason, rows in dataset.dropped.items():
        click.echo(f"{given.data}: {rows} rows are left out: {reason}", err=True)
    return of_dataset(dataset, ContextEncoder.load())
