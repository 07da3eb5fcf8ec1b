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
@click.option("--source", help="Whose feedback; with --key, every source's otherwise.")
@click.option("--rater", help="One of those who speak for it; all of them otherwise.")
@click.option("--key", help="The name of the key that it was posted with; any otherwise.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]),
    help="From when on, UTC; all they ever said otherwise.",
)
@click.option("--release", is_flag=True, help="Hear this source, rater and key again.")
def quarantine(
    path: Path,
    source: str | None,
    rater: str | None,
    key: str | None,
    since: datetime | None,
    *,
    release: bool,
) -> None:
    """Let what somebody said teach nothing, now and from now on.

    One of --source and --key says whose; who is named by more than one must fit all of them.
    Beliefs become what they would be had it never been said, in every running service. The words
    stay in the log; --release brings them back.
    """
    if source is None and key is None:
        raise click.UsageError("say whose feedback: give --source, --key or both")
    begins = since.replace(tzinfo=UTC) if since else _BEGINNING
    asked = Quarantine(clock.now(), source, rater, begins, lifts=release, key=key)
    silenced = asyncio.run(_imposed(load(path).storage.url, asked))
    click.echo(f"{'released' if release else 'in quarantine'}: {_told(asked)}; {silenced}")


async def _imposed(url: str, asked: Quarantine) -> str:
    engine = open_engine(url)
    try:
        await migrate(engine)
        quarantines = Quarantines(engine)
        in_force = await quarantines.in_force()
        theirs = [one for one in in_force if one.whose == asked.whose]
        if asked.lifts and not theirs:
            raise _nothing_to_release(in_force)
        await quarantines.add(asked)
        return f"{await quarantines.silenced()} words in the log are not heard"
    finally:
        await engine.dispose()


def _named(quarantine: Quarantine) -> list[tuple[str, str]]:
    """What it names, of source, rater and key."""
    named = zip(("source", "rater", "key"), quarantine.whose, strict=True)
    return [(kind, name) for kind, name in named if name is not None]


def _told(quarantine: Quarantine) -> str:
    return ", ".join(
        name if kind == "source" else f"{kind} {name}" for kind, name in _named(quarantine)
    )


def _nothing_to_release(in_force: list[Quarantine]) -> ConfigError:
    known = [" ".join(f"--{kind} {name}" for kind, name in _named(one)) for one in in_force]
    return ConfigError(
        "there is no such quarantine",
        f"release one of: {'; '.join(known)}" if known else "none is in force: nothing is to do",
    )
