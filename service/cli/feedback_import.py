"""``pointsman feedback import``."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import rich_click as click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bandit.errors import PointsmanError, StorageError
from service import clock
from service.caller import KEYLESS
from service.cli.evaluate import refuse_what_is_not_there
from service.cli.feedback_rows import Row, rows_of
from service.cli.feedback_tally import Tally
from service.rating import Ratings, Said
from service.services import taking
from service.settings import Settings, load
from service.storage.faults import RowRefused
from service.storage.records import FeedbackRecord

_PAGE = 200
_PAUSE_SECONDS = 0.02
"""Between pages, so that a service that writes to the same file has its turn."""

_INTERRUPTED = 130


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, allow_dash=True))
@click.option(
    "--config",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The YAML file with routes, sources and the database.",
)
@click.option(
    "--rejects",
    type=click.File("wb", lazy=False),
    help="Where to write which rows were refused and why, a line of JSON each.",
)
def import_(file: str, path: Path, rejects: BinaryIO | None) -> None:
    """Read ratings and preferences from FILE into the log.

    FILE is .jsonl, with a row of POST /v1/feedback/batch on each line, or .csv, with such a row's
    fields as columns; .gz may follow. `-` reads JSON lines from another program. Services that run
    learn what is kept. Importing a file again counts nothing twice. Exit status 1 if a row was
    refused.
    """
    settings = load(path)
    refuse_what_is_not_there(settings.storage.url)
    tally = Tally(clock.now(), rejects)
    try:
        _import(settings, rows_of(file), tally)
    except KeyboardInterrupt:
        click.echo("interrupted; what was kept stays, so import the file again", err=True)
        sys.exit(_INTERRUPTED)
    finally:
        tally.tell()
    sys.exit(1 if tally.refused else 0)


def _import(settings: Settings, rows: Iterator[Row], tally: Tally) -> None:
    """Take page after page; a file that lets one wait can be left, for it is read in between."""
    with asyncio.Runner() as runner, _progress() as progress:
        opened = AsyncExitStack()
        ratings = runner.run(opened.enter_async_context(taking(settings)))
        task = progress.add_task("rows", total=None)
        try:
            while page := list(islice(rows, _PAGE)):
                runner.run(_take(page, ratings, tally))
                progress.update(task, completed=tally.rows)
        finally:
            runner.run(opened.aclose())


def _progress() -> Progress:
    shown = SpinnerColumn(), TextColumn("{task.completed:,} rows"), TimeElapsedColumn()
    return Progress(*shown, console=Console(stderr=True), transient=True)


async def _take(page: Sequence[Row], ratings: Ratings, tally: Tally) -> None:
    """Keep what can be kept of some rows.

    Raises:
        StorageError: The database does not do its work.
    """
    said = [row.said for row in page if isinstance(row.said, Said)]
    taken = iter(await ratings.take_all(said, KEYLESS))
    results = [next(taken) if isinstance(row.said, Said) else row.said for row in page]
    for row, result in zip(page, results, strict=True):
        _raise_if_down(result)
        tally.count(row.line, result)
    await asyncio.sleep(_PAUSE_SECONDS)


def _raise_if_down(result: FeedbackRecord | PointsmanError) -> None:
    """A row that the database refuses is one row's fault; all else will be so of the next."""
    if isinstance(result, StorageError) and not isinstance(result, RowRefused):
        raise result
