"""``pointsman evaluate``."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import rich_click as click
from sqlalchemy import make_url

from bandit.errors import ConfigError
from bandit.policies.cheapest import Cheapest
from bandit.policies.weighted import Weighted
from service import evaluation
from service.cli.evaluation_display import show
from service.evaluation import Target
from service.settings import Settings, load
from service.storage.engine import open_engine
from service.storage.rated import RatedDecision, rated_decisions, sources_of
from simulations.registry import Entry, Option, entry_of, one_of, options_of

_EPILOG = """
Policies: fixed:model=NAME, one model always; weighted:NAME=3,NAME=1, by shares; random, any;
cheapest, the least expected cost; greedy, what was believed to be worth most when it was decided.
"""


@click.command(epilog=_EPILOG)
@click.option(
    "--config",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The YAML file whose storage.url names the database.",
)
@click.option("--route", help="Whose decisions; the file's default route otherwise.")
@click.option(
    "--policy",
    "policies",
    multiple=True,
    metavar="NAME",
    help="May be repeated. Otherwise every model alone, random, cheapest and greedy.",
)
@click.option("--source", help="Whose ratings are quality; the file's default source otherwise.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]),
    help="Leave earlier decisions out; UTC.",
)
def evaluate(
    path: Path,
    route: str | None,
    policies: tuple[str, ...],
    source: str | None,
    since: datetime | None,
) -> None:
    """Say from the log what other policies would have earned, with 95 % intervals.

    Reads rated decisions, their propensities and what their answers cost; changes nothing.
    """
    settings = load(path)
    route, source = route or settings.default_route, source or settings.default_source
    if route not in settings.routes:
        raise ConfigError(f"there is no route {route!r}", one_of(route, tuple(settings.routes)))
    targets = _targets(policies, settings, route)
    since = since.replace(tzinfo=UTC) if since else None
    log = evaluation.read(asyncio.run(_rated(settings, route, source, since)))
    show(log, {name: evaluation.evaluate(log, target) for name, target in targets.items()}, source)


async def _rated(
    settings: Settings, route: str, source: str, since: datetime | None
) -> list[RatedDecision]:
    refuse_what_is_not_there(settings.storage.url)
    engine = open_engine(settings.storage.url)
    try:
        rows = [row async for row in rated_decisions(engine, route, source, since)]
        known = await sources_of(engine, route)
    finally:
        await engine.dispose()
    if len(rows) < 2:
        raise ConfigError(
            f"{source!r} rated {len(rows)} decisions of route {route!r} in this time",
            f"rate more, or give --source: {', '.join(known) or 'nobody rated any so far'}",
        )
    return rows


def refuse_what_is_not_there(url: str) -> None:
    """SQLite would make an empty database.

    Raises:
        ConfigError: There is no such file.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise ConfigError(
            f"there is no database {parsed.database}", "serve first, or mend storage.url"
        )


def _targets(written: tuple[str, ...], settings: Settings, route: str) -> dict[str, Target]:
    """The policies that are asked for, by what was written.

    Raises:
        ConfigError: There is no such policy, or it has no such option.
    """
    models = settings.routes[route].candidates
    known = _known(models)
    every = [f"fixed:model={model}" for model in models] + ["random", "cheapest", "greedy"]
    return {name: _target(name, known) for name in written or every}


def _target(written: str, known: Mapping[str, Entry[Callable[..., Target]]]) -> Target:
    entry = entry_of(written, known)
    return entry.make(**options_of(written, entry))


def _known(models: tuple[str, ...]) -> dict[str, Entry[Callable[..., Target]]]:
    shares = {model: Option(0.0) for model in models}
    return {
        "fixed": Entry("one model, always", "", _fixed, {"model": Option("", words=models)}),
        "weighted": Entry("by shares", "", _weighted, shares),
        "random": Entry("any, all alike", "", partial(evaluation.asked, Weighted())),
        "cheapest": Entry("the least expected cost", "", partial(evaluation.asked, Cheapest())),
        "greedy": Entry("what was believed to be worth most", "", lambda: evaluation.greedy),
    }


def _fixed(model: str) -> Target:
    return evaluation.asked(Weighted({model: 1.0}))


def _weighted(**shares: float) -> Target:
    if not any(shares.values()):
        raise ConfigError("weighted gives no model a share", "write weighted:NAME=1,NAME=1")
    return evaluation.asked(Weighted(shares))
