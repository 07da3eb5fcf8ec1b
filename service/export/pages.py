"""Reads the log from its beginning, a page at a time."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select
from sqlalchemy.ext.asyncio import AsyncEngine

from service.storage.engine import reading

_BEGINNING = datetime.fromisoformat("1970-01-01T00:00:00Z")


async def pages(
    engine: AsyncEngine,
    statement: Select[Any],
    since: datetime | None = None,
    page: int = 500,
    **parameters: object,
) -> AsyncIterator[RowMapping]:
    """The rows of a statement that has the parameters ``after``, ``since`` and ``limit``.

    Args:
        engine: Of a database that is migrated.
        statement: Gives rows in the order of their ``seq``, from after ``after``.
        since: The earliest row, UTC; the first of the log, otherwise.
        page: How many are asked for at a time.
        parameters: What else the statement asks for.

    Raises:
        StorageError: The database cannot be asked.
    """
    asked = {**parameters, "since": since or _BEGINNING, "limit": page}
    after = 0
    while True:
        async with reading(engine) as connection:
            rows = list((await connection.execute(statement, {**asked, "after": after})).mappings())
        for row in rows:
            yield row
        if len(rows) < page:
            return
        after = rows[-1]["seq"]
