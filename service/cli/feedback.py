"""``pointsman feedback``."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import rich_click as click

from bandit.errors import ConfigError
from service import clock
from service.cli.feedback_import import import_
from service.settings import load
from service.storage.engine import migrate, open_engine
from service.storage.quarantines import Quarantine, Quarantines

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@click.group()
def feedback() -> None:
    """Look after what people and judges said."""


feedback.add_command(import_)


@feedback.command()
@click.option(
    "--config",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The YAML file whose storage.url names the database.",
)
@click.option("--source", required=True, help="Whose feedback.")
@click.option("--rater", help="One of those who speak for it; all of them otherwise.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]),
    help="From when on, UTC; all they ever said otherwise.",
)
@click.option("--release", is_flag=True, help="Hear this source, or this rater, again.")
def quarantine(
    path: Path, source: str, rater: str | None, since: datetime | None, *, release: bool
) -> None:
    """Let what somebody said teach nothing, now and from now on.

    Beliefs become what they would be had it never been said, in every running service. The words
    stay in the log; --release brings them back.
    """
    begins = since.replace(tzinfo=UTC) if since else _BEGINNING
    asked = Quarantine(clock.now(), source, rater, begins, lifts=release)
    silenced = asyncio.run(_imposed(load(path).storage.url, asked))
    whose = source if rater is None else f"{source}, rater {rater}"
    click.echo(f"{'released' if release else 'in quarantine'}: {whose}; {silenced}")


async def _imposed(url: str, asked: Quarantine) -> str:
    engine = open_engine(url)
    try:
        await migrate(engine)
        quarantines = Quarantines(engine)
        in_force = await quarantines.in_force()
        theirs = [one for one in in_force if (one.source, one.rater) == (asked.source, asked.rater)]
        if asked.lifts and not theirs:
            raise _nothing_to_release(in_force)
        await quarantines.add(asked)
        return f"{await quarantines.silenced()} words in the log are not heard"
    finally:
        await engine.dispose()


def _nothing_to_release(in_force: list[Quarantine]) -> ConfigError:
    known = [
        f"--source {one.source}" + (f" --rater {one.rater}" if one.rater else "")
        for one in in_force
    ]
    return ConfigError(
        "there is no such quarantine",
        f"release one of: {'; '.join(known)}" if known else "none is in force: nothing is to do",
    )
