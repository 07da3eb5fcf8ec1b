"""``pointsman db``."""

import asyncio
import sys
from pathlib import Path

import rich_click as click

from service.settings import load
from service.storage.engine import Revision, migrate, open_engine, revision

_config = click.option(
    "--config",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The YAML file whose storage.url names the database.",
)


@click.group("db")
def database() -> None:
    """Look after the database; `serve` migrates it by itself at start."""


@database.command()
@_config
def upgrade(path: Path) -> None:
    """Bring the database's schema up to this version of Pointsman."""
    found = asyncio.run(_upgraded(load(path).storage.url))
    click.echo(f"the database is at revision {found.current}")


@database.command()
@_config
def status(path: Path) -> None:
    """Tell whether the schema is up to date; exit status 1 if not."""
    found = asyncio.run(_found(load(path).storage.url))
    if found.current == found.head:
        click.echo(f"up to date, at revision {found.head}")
        return
    click.echo(
        f"at revision {found.current or 'none'}, needs {found.head}; run pointsman db upgrade"
    )
    sys.exit(1)


async def _upgraded(url: str) -> Revision:
    engine = open_engine(url)
    try:
        await migrate(engine)
        return await revision(engine)
    finally:
        await engine.dispose()


async def _found(url: str) -> Revision:
    engine = open_engine(url)
    try:
        return await revision(engine)
    finally:
        await engine.dispose()
