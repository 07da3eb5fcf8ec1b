"""Parquet: the names of `columns`, or struct columns ``quality`` and ``cost_usd`` by model."""

import io
from collections.abc import Iterator
from pathlib import Path

from bandit.errors import ConfigError
from simulations.dataset import Dataset
from simulations.datasets.columns import check_columns, columns_of
from simulations.datasets.options import ReadOptions, extra
from simulations.datasets.row import Row, row_of


def read(path: Path, _options: ReadOptions) -> Iterator[Row]:
    """The row of every record.

    Raises:
        ConfigError: The file cannot be read, or lacks a column.
    """
    arrow, parquet = extra("pyarrow"), extra("pyarrow.parquet")
    try:
        with parquet.ParquetFile(path) as file:
            check_columns(file.schema_arrow.names, path, ("id", "prompt"))
            left = file.metadata.num_rows
            for batch in file.iter_batches():
                left -= batch.num_rows
                yield from map(row_of, batch.to_pylist())
    except (OSError, ValueError, NotImplementedError, arrow.ArrowException) as error:
        raise _unreadable(path, type(error).__name__) from error
    if left:
        raise _unreadable(path, "rows are missing")


def _unreadable(path: Path, why: str) -> ConfigError:
    return ConfigError(f"{path} cannot be read as Parquet ({why})", "fetch it, or make it, again")


def write(dataset: Dataset) -> bytes:
    """A data set as such a file, in flat columns."""
    arrow, parquet = extra("pyarrow"), extra("pyarrow.parquet")
    buffer = io.BytesIO()
    parquet.write_table(arrow.table(columns_of(dataset)), buffer)
    return buffer.getvalue()
