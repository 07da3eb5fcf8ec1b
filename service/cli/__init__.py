"""The command line."""

import os

# Small matrices and short texts: threads of a library only get in each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import sys

import rich_click as click

from bandit.errors import ConfigError, PointsmanError
from service.cli.config import config
from service.cli.data import data
from service.cli.database import database
from service.cli.demo import demo
from service.cli.evaluate import evaluate
from service.cli.export import export
from service.cli.feedback import feedback
from service.cli.keys import keys
from service.cli.projection import fit_projection
from service.cli.serve import serve
from service.cli.simulate import frontier, simulate
from service.version import version


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 done; 1 failed while running; 2 the command line or the "
    "configuration is wrong.",
)
@click.version_option(version(), prog_name="pointsman")
def cli() -> None:
    """Route each request to the language model worth its price, and learn from feedback.

    Start with `pointsman demo`: it needs no key and no network.
    """


for command in (
    serve,
    demo,
    simulate,
    frontier,
    evaluate,
    export,
    feedback,
    data,
    config,
    keys,
    database,
    fit_projection,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; our own errors end it with a sentence instead of a traceback."""
    try:
        cli()
    except PointsmanError as error:
        click.echo(f"pointsman: {error}", err=True)
        sys.exit(2 if isinstance(error, ConfigError) else 1)
