"""``pointsman data``."""

import math
from collections.abc import Sequence
from pathlib import Path

import rich_click as click

from bandit.errors import ConfigError
from service.cli import data_display
from simulations.datasets import load, read, write
from simulations.datasets.formats import FORMATS, writer_of
from simulations.datasets.options import ReadOptions

_trust_pickle = click.option(
    "--trust-pickle",
    is_flag=True,
    help="Read a pickle. A pickle can run any code: only of people you trust.",
)


@click.group()
def data() -> None:
    """Bring prompts with what models scored and cost into one format, or look at them."""


@data.command("import")
@click.argument("kind", metavar="FORMAT", type=click.Choice(list(FORMATS)))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="What to write; .jsonl, .csv, either with .gz, or .parquet at the end of its name.",
)
@_trust_pickle
@click.option(
    "--cost",
    "costs",
    multiple=True,
    metavar="MODEL=USD",
    help="Dollars that an answer of a model costs; for routellm, once for each model.",
)
def import_(kind: str, file: Path, out: Path, *, trust_pickle: bool, costs: Sequence[str]) -> None:
    """Read FILE, which is of FORMAT, and write those of its rows that can be used.

    FORMAT is routerbench or routellm for the files of these benchmarks as they are, or jsonl, csv
    or parquet for files in a format of ours.
    """
    writer_of(out)
    dataset = read(FORMATS[kind], file, ReadOptions(trust_pickle, dict(map(_cost, costs))))
    write(dataset, out)
    data_display.imported(dataset, out)


@data.command()
@click.argument("file")
@_trust_pickle
def describe(file: str, *, trust_pickle: bool) -> None:
    """Say what is in FILE, or in the set that is shipped, which is called tutorial."""
    data_display.described(load(file, trust_pickle=trust_pickle))


def _cost(written: str) -> tuple[str, float]:
    """A model and its cost."""
    model, _, dollars = written.rpartition("=")
    try:
        cost_usd = float(dollars)
    except ValueError:
        cost_usd = math.nan
    if not model or not 0.0 <= cost_usd < math.inf:
        raise ConfigError(
            f"--cost {written} is no cost of a model", "write it as --cost MODEL=0.0012"
        )
    return model, cost_usd
