"""``pointsman fit-projection``."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import msgspec
import rich_click as click
from rich.console import Console
from rich.progress import track

from bandit.embedding import EMBEDDING_SIZE
from bandit.errors import ConfigError
from bandit.projection import fit_projection as fit


class Row(msgspec.Struct):
    """A line of a file of prompts; other fields may stand beside."""

    prompt: str


@click.command("fit-projection")
@click.argument("prompts", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--dimensions",
    type=click.IntRange(1, EMBEDDING_SIZE),
    default=16,
    show_default=True,
    help="Dimensions a sentence vector is brought down to.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("projection.npz"),
    show_default=True,
    help="Where the projection is written.",
)
def fit_projection(prompts: Path, dimensions: int, out: Path) -> None:
    """Fit the whitening projection on PROMPTS: JSON Lines, plain or gzip, with a "prompt" each."""
    console = Console(stderr=True)
    texts = list(track(_texts(prompts), description="reading", console=console, transient=True))
    fit(texts, dimensions).save(out)
    click.echo(f"{out}: {dimensions} dimensions from {len(texts)} prompts")


def _texts(path: Path) -> Iterator[str]:
    decoder = msgspec.json.Decoder(Row)
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield decoder.decode(line).prompt
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise ConfigError(
                    f"line {number} of {path} is no prompt: {error}",
                    'give JSON Lines with {"prompt": "..."} in each',
                ) from error
