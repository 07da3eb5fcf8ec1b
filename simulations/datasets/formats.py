"""The formats of files, by the names that people call them by."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bandit.errors import ConfigError
from simulations.dataset import Dataset
from simulations.datasets import csv_table, jsonl, parquet, routellm, routerbench
from simulations.datasets.options import ReadOptions
from simulations.datasets.row import Reason, Row


@dataclass(frozen=True, slots=True)
class Format:
    """One way to keep a data set in a file."""

    read: Callable[[Path, ReadOptions], Iterable[Row | Reason]]
    write: Callable[[Dataset], bytes] | None = None
    """None where only somebody else writes it."""

    has_costs: bool = True


FORMATS: Mapping[str, Format] = {
    "jsonl": Format(jsonl.read, jsonl.write),
    "csv": Format(csv_table.read, csv_table.write),
    "parquet": Format(parquet.read, parquet.write),
    "routerbench": Format(routerbench.read),
    "routellm": Format(routellm.read, has_costs=False),
}
"""All of them."""

ENDINGS: Mapping[str, str] = {
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".parquet": "parquet",
    ".pkl": "routerbench",
}
"""What a file is taken for, by the end of its name."""


def format_of(path: Path) -> Format:
    """The format of a file by the end of its name.

    Raises:
        ConfigError: It might be anything.
    """
    return FORMATS[ENDINGS[_ending(path, ENDINGS)]]


def writer_of(path: Path) -> Callable[[Dataset], bytes]:
    """What writes a file of this name.

    Raises:
        ConfigError: Nothing does.
    """
    writers = {ending: FORMATS[name].write for ending, name in ENDINGS.items()}
    known = {ending: write for ending, write in writers.items() if write}
    return known[_ending(path, known)]


def stem(path: Path) -> str:
    """The name of a file without its ending.

    >>> stem(Path("data/mix.jsonl.gz"))
    'mix'
    """
    found = [ending for ending in ENDINGS if path.name.lower().endswith(ending)]
    return path.name[: -len(max(found, key=len))] if found else path.stem


def _ending(path: Path, known: Mapping[str, object]) -> str:
    for ending in known:
        if path.name.lower().endswith(ending):
            return ending
    raise ConfigError(
        f"the name of {path} does not say what kind of file it is",
        f"let it end in one of {', '.join(known)}",
    )
