"""``pointsman export``."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import rich_click as click
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.errors import ConfigError
from service.cli.evaluate import refuse_what_is_not_there
from service.export.decisions import exported_decisions
from service.export.formats import json_line, vw_lines
from service.export.words import exported_feedback, exported_preferences
from service.settings import Settings, load
from service.storage.engine import open_engine
from simulations.registry import one_of

_Row = TypeVar("_Row")
_FORMATS: dict[str, Callable[[Any], bytes]] = {"jsonl": json_line, "vw": vw_lines}


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """What every export is asked for."""
    for option in (
        click.option(
            "--output",
            type=click.File("wb", lazy=False),
            default="-",
            help="The file that is written; otherwise what is read goes on to the next program.",
        ),
        click.option(
            "--since",
            type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]),
            help="Leave what is earlier out; UTC.",
        ),
        click.option(
            "--config",
            "path",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            required=True,
            help="The YAML file whose storage.url names the database.",
        ),
    ):
        command = option(command)
    return command


@click.group()
def export() -> None:
    """Write the log out, a row a line, for other tools; changes nothing."""


@export.command()
@_options
@click.option("--route", help="Whose decisions; those of all routes otherwise.")
@click.option("--source", help="Whose ratings are quality; the file's default source otherwise.")
@click.option(
    "--format",
    "written",
    type=click.Choice(tuple(_FORMATS)),
    default="jsonl",
    show_default=True,
    help="JSON, or rated decisions as vw --cb_adf reads them.",
)
def decisions(
    path: Path,
    *,
    since: datetime | None,
    output: BinaryIO,
    route: str | None,
    source: str | None,
    written: str,
) -> None:
    """Decisions with contexts, propensities, what they cost and what was thought of them."""
    settings = load(path)
    if route is not None and route not in settings.routes:
        raise ConfigError(f"there is no route {route!r}", one_of(route, tuple(settings.routes)))
    whose = source or settings.default_source
    _write(
        settings,
        output,
        lambda engine: exported_decisions(engine, whose, route, _utc(since)),
        _FORMATS[written],
    )


@export.command()
@_options
def feedback(path: Path, since: datetime | None, output: BinaryIO) -> None:
    """Every word that was said, and whether it stands."""
    _write(load(path), output, lambda engine: exported_feedback(engine, _utc(since)), json_line)


@export.command()
@_options
def preferences(path: Path, since: datetime | None, output: BinaryIO) -> None:
    """Which of two answers is better, with the prompt where it is kept."""
    _write(load(path), output, lambda engine: exported_preferences(engine, _utc(since)), json_line)


def _write(
    settings: Settings,
    output: BinaryIO,
    rows_of: Callable[[AsyncEngine], AsyncIterator[_Row]],
    line_of: Callable[[_Row], bytes],
) -> None:
    refuse_what_is_not_there(settings.storage.url)
    asyncio.run(_streamed(settings.storage.url, output, rows_of, line_of))


async def _streamed(
    url: str,
    output: BinaryIO,
    rows_of: Callable[[AsyncEngine], AsyncIterator[_Row]],
    line_of: Callable[[_Row], bytes],
) -> None:
    engine = open_engine(url)
    try:
        async for row in rows_of(engine):
            output.write(line_of(row))
    finally:
        await engine.dispose()


def _utc(since: datetime | None) -> datetime | None:
    return since.replace(tzinfo=UTC) if since else None
