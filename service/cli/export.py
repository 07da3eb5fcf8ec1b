"""``pointsman export``."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any, BinaryIO

import msgspec
import rich_click as click
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.errors import ConfigError
from service.cli.evaluate import refuse_what_is_not_there
from service.cli.export_options import options
from service.export import chat, obp
from service.export.decisions import ExportedDecision, exported_decisions
from service.export.demonstrations import ExportedDemonstration, exported_demonstrations
from service.export.formats import json_line, vw_lines
from service.export.parquet import parquet
from service.export.rows import LeftOut, Write, lines
from service.export.words import (
    ExportedFeedback,
    ExportedPreference,
    exported_feedback,
    exported_preferences,
)
from service.settings import Settings
from service.storage.engine import open_engine
from simulations.datasets.options import extra
from simulations.registry import one_of

_ROWS: Mapping[str, type[msgspec.Struct]] = {
    "decisions": ExportedDecision,
    "feedback": ExportedFeedback,
    "preferences": ExportedPreference,
    "demonstrations": ExportedDemonstration,
}
_JSON = lines(json_line)
_DECISIONS: Mapping[str, Write] = {"jsonl": _JSON, "vw": lines(vw_lines), "obp": obp.write_obp}
_FEEDBACK: Mapping[str, Write] = {"jsonl": _JSON}
_PREFERENCES: Mapping[str, Write] = {
    "jsonl": _JSON,
    "chat": lines(chat.trl_preference),
    "openai": lines(chat.openai_preference),
}
_DEMONSTRATIONS: Mapping[str, Write] = {"jsonl": _JSON, "chat": lines(chat.demonstration)}


@click.group()
def export() -> None:
    """Write the log out for other tools; changes nothing."""


@export.command()
@options(
    _DECISIONS,
    "JSON, columns, or rated decisions as vw --cb_adf or Open Bandit Pipeline reads them.",
)
@click.option("--route", help="Whose decisions; all routes' otherwise, for obp the default's.")
@click.option("--source", help="Whose ratings are quality; the file's default source otherwise.")
def decisions(
    settings: Settings,
    *,
    since: datetime | None,
    output: BinaryIO,
    route: str | None,
    source: str | None,
    form: str,
) -> None:
    """Decisions with contexts, propensities, what they cost and what was thought of them."""
    if route is not None and route not in settings.routes:
        raise ConfigError(f"there is no route {route!r}", one_of(route, tuple(settings.routes)))
    if form == "obp":
        route = route or settings.default_route
    whose = source or settings.default_source
    write = _writer("decisions", _DECISIONS, form)
    _export(settings, output, lambda e: exported_decisions(e, whose, route, since), write)


@export.command()
@options(_FEEDBACK, "JSON, or columns.")
def feedback(settings: Settings, since: datetime | None, output: BinaryIO, form: str) -> None:
    """Every word that was said, and whether it stands."""
    write = _writer("feedback", _FEEDBACK, form)
    _export(settings, output, lambda e: exported_feedback(e, since), write)


@export.command()
@options(
    _PREFERENCES, "JSON, columns, or for preference fine-tuning: as TRL reads it, or as OpenAI."
)
def preferences(settings: Settings, since: datetime | None, output: BinaryIO, form: str) -> None:
    """Which of two answers is better, with prompt and answers where they are kept."""
    write = _writer("preferences", _PREFERENCES, form)
    _export(settings, output, lambda e: exported_preferences(e, since), write)


@export.command()
@options(_DEMONSTRATIONS, "JSON, columns, or for supervised fine-tuning.")
def demonstrations(settings: Settings, since: datetime | None, output: BinaryIO, form: str) -> None:
    """What answers should have been."""
    write = _writer("demonstrations", _DEMONSTRATIONS, form)
    _export(settings, output, lambda e: exported_demonstrations(e, since), write)


def _writer(what: str, formats: Mapping[str, Write], form: str) -> Write:
    if form != "parquet":
        return formats[form]
    extra("pyarrow.parquet")
    return parquet(_ROWS[what], extra("pyarrow"))


def _export(
    settings: Settings,
    output: BinaryIO,
    rows_of: Callable[[AsyncEngine], AsyncIterator[Any]],
    write: Write,
) -> None:
    refuse_what_is_not_there(settings.storage.url)
    for reason, count in asyncio.run(
        _written(settings.storage.url, output, rows_of, write)
    ).items():
        click.echo(f"left out: {count:,} because {reason}", err=True)


async def _written(
    url: str,
    output: BinaryIO,
    rows_of: Callable[[AsyncEngine], AsyncIterator[Any]],
    write: Write,
) -> Mapping[LeftOut, int]:
    engine = open_engine(url)
    try:
        return await write(rows_of(engine), output)
    finally:
        await engine.dispose()
