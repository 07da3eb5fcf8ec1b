"""Comma-separated values, as RFC 4180 has them, under the names of `columns`."""

import csv
import io
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bandit.errors import ConfigError
from simulations.dataset import Dataset
from simulations.datasets.columns import check_columns, columns_of
from simulations.datasets.lines import lines
from simulations.datasets.options import ReadOptions
from simulations.datasets.row import Reason, Row, row_of


def read(path: Path, _options: ReadOptions) -> Iterator[Row | Reason]:
    """The row of every record.

    Raises:
        ConfigError: The file cannot be read, is no such table or lacks a column.
    """
    names, *found = records(path)
    check_columns(names, path, ("id", "prompt"))
    for cells in found:
        whole = len(cells) == len(names)
        yield row_of(dict(zip(names, cells, strict=True))) if whole else Reason.SHAPE


def write(dataset: Dataset) -> bytes:
    """A data set as such a table."""
    columns = columns_of(dataset)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def records(path: Path) -> list[list[str]]:
    """The cells of every record that is not blank, the names of the columns first.

    Raises:
        ConfigError: The file cannot be read, or is no such table.
    """
    with closing(lines(path)) as text, _cells_of_any_length():
        reader = csv.reader(text, strict=True)
        try:
            return [cells for cells in reader if cells] or [[]]
        except csv.Error as error:
            raise ConfigError(
                f"{path} is no CSV in or before line {reader.line_num}",
                "put texts that hold a comma or a quote between quotes, or take .jsonl",
            ) from error


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    """Prompts may be longer than what Python takes a cell to be at most."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(before)
