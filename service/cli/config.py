"""``pointsman config``."""

import json
from pathlib import Path

import rich_click as click

from service.settings import json_schema, load
from service.settings.reference import brought_up_to_date
from service.settings.reference import reference as tables


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


@config.command()
@click.option(
    "--page",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Rewrite the tables of this page instead, each between its marks.",
)
def reference(page: Path | None) -> None:
    """Print tables of every key, section by section, in Markdown."""
    if page is None:
        click.echo(tables())
    else:
        page.write_text(brought_up_to_date(page.read_text(encoding="utf-8")), encoding="utf-8")
