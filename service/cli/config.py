"""``pointsman config``."""

import json
from pathlib import Path

import rich_click as click

from service.settings import json_schema, load


@click.group()
def config() -> None:
    """Check a configuration, or print what one may hold."""


@config.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(path: Path) -> None:
    """Check a configuration without serving it; exit status 2 says what is wrong."""
    settings = load(path)
    routes = ", ".join(settings.routes)
    click.echo(f"{path} is fine: {len(settings.models)} models, routes {routes}")


@config.command()
def schema() -> None:
    """Print the JSON Schema of a configuration."""
    click.echo(json.dumps(json_schema(), indent=2))
