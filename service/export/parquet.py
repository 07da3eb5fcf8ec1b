"""Exported rows as Parquet: a column for each field, a row group at a time."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import is_dataclass
from datetime import datetime
from types import ModuleType, NoneType
from typing import Any, BinaryIO, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from service.export.rows import LeftOut, Write

_Row = TypeVar("_Row", bound=msgspec.Struct)
_ROWS = 5_000
"""In a group; as many are in memory at once."""


def parquet(kind: type[_Row], arrow: ModuleType, rows_in_group: int = _ROWS) -> Write:
    """Rows of one kind as one file.

    Args:
        kind: What the rows are; its fields are the columns, those that may be None nullable.
        arrow: The package `pyarrow`, with `pyarrow.parquet` imported.
        rows_in_group: How many are written at once.
    """
    schema = arrow.schema(_fields(kind, arrow))

    async def write(rows: AsyncIterator[_Row], output: BinaryIO) -> Mapping[LeftOut, int]:
        with arrow.parquet.ParquetWriter(output, schema) as file:
            group: list[object] = []
            async for row in rows:
                group.append(_plain(row))
                if len(group) == rows_in_group:
                    file.write_batch(arrow.RecordBatch.from_pylist(group, schema))
                    group = []
            file.write_batch(arrow.RecordBatch.from_pylist(group, schema))
        return {}

    return write


def _fields(kind: type[Any], arrow: ModuleType) -> list[Any]:
    return [_field(name, told, arrow) for name, told in get_type_hints(kind).items()]


def _field(name: str, told: Any, arrow: ModuleType) -> Any:  # noqa: ANN401 types are values here
    some = [each for each in get_args(told) if each is not NoneType]
    if NoneType in get_args(told):
        return arrow.field(name, _type(some[0], arrow), nullable=True)
    return arrow.field(name, _type(told, arrow), nullable=False)


def _type(told: Any, arrow: ModuleType) -> Any:  # noqa: ANN401 as above
    if get_origin(told) in {list, tuple}:
        return arrow.list_(_type(get_args(told)[0], arrow))
    if is_dataclass(told) or issubclass(told, msgspec.Struct):
        return arrow.struct(_fields(told, arrow))
    return {
        str: arrow.string(),
        float: arrow.float64(),
        bool: arrow.bool_(),
        datetime: arrow.timestamp("us", tz="UTC"),
        msgspec.Raw: arrow.string(),
    }[told]


def _plain(row: msgspec.Struct) -> object:
    """A row in Python's own types; JSON in it stays the text that it is."""
    fields = msgspec.structs.asdict(row)
    texts = {n: bytes(v).decode() for n, v in fields.items() if isinstance(v, msgspec.Raw)}
    told: object = msgspec.to_builtins(fields | texts, builtin_types=(datetime,))
    return told
