"""Columns in the order of what is made of them, so that a row is told by place."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import ColumnElement

Row = Any
"""Of a result; its columns are there by name too."""


def ordered(
    kind: type[msgspec.Struct], *columns: ColumnElement[Any]
) -> Iterator[ColumnElement[Any]]:
    """The columns that the first fields of a struct are made of, for ``kind(*row)``.

    Args:
        kind: With a field of each column's name.
        columns: In any order.

    Raises:
        KeyError: One is missing before the last of them.
    """
    by_name = {column.key: column for column in columns}
    return (by_name[name] for name in kind.__struct_fields__[: len(columns)])
