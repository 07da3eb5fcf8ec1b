"""What ``pointsman export`` is asked for on the command line."""

from collections.abc import Callable, Iterable
from datetime import UTC
from pathlib import Path

import rich_click as click

from service.settings import load

_COMMON = (
    click.option(
        "--output",
        type=click.File("wb", lazy=False),
        default="-",
        help="The file that is written; otherwise what is read goes on to the next program.",
    ),
    click.option(
        "--since",
        type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]),
        callback=lambda _context, _option, at: at and at.replace(tzinfo=UTC),
        help="Leave what is earlier out; UTC.",
    ),
    click.option(
        "--config",
        "settings",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        callback=lambda _context, _option, path: load(path),
        required=True,
        help="The YAML file whose storage.url names the database.",
    ),
)


def options(
    formats: Iterable[str], told: str
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """What every export is asked for.

    Args:
        formats: Their names, but for Parquet, which every export has; the first is the usual one.
        told: What they are.
    """
    first, *others = formats
    asked = (
        click.option(
            "--format",
            "form",
            type=click.Choice((first, *others, "parquet")),
            default=first,
            show_default=True,
            help=told,
        ),
        *_COMMON,
    )

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        for option in asked:
            command = option(command)
        return command

    return with_options
