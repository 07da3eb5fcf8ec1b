"""Columns in the order of what is made of them, so that a row is told by place."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement

Row = Any
"""Of a result; its columns are there by name too."""


def ordered(kind: type[msgspec.Struct], *columns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """The columns that a struct is made of, for ``kind(*row)``.

    Args:
        kind: Made of one column for each field that has no default, by its name.
        columns: Those, in any order.

    Raises:
        KeyError: There is none for a field.
    """
    by_name = {column.key: column for column in columns}
    required = [field.name for field in msgspec.structs.fields(kind) if field.required]
    return [by_name[name] for name in required]
