"""SQLite's file is shared with other processes that write."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from service.storage import transactions
from service.storage.engine import migrate, open_engine
from service.storage.faults import DatabaseUnavailable
from service.storage.transactions import writes

pytestmark = pytest.mark.anyio


@contextmanager
def held(url: str) -> Iterator[None]:
    """Another process's transaction, meanwhile."""
    with closing(sqlite3.connect(str(make_url(url).database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("COMMIT")


def waits(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one())


async def test_a_transaction_begins_once_another_process_has_ended_its_own(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)
    with held(sqlite_url):
        begun = asyncio.create_task(writes(engine).run(waits))
        early, _ = await asyncio.wait([begun], timeout=0.1)

    assert not early
    assert await begun == 15_000
    await engine.dispose()


async def test_a_file_that_another_process_does_not_let_go_is_told(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)
    written = writes(engine)
    with held(sqlite_url), monkeypatch.context() as impatient:
        impatient.setattr(transactions, "BUSY_SECONDS", 0.05)
        with pytest.raises(DatabaseUnavailable, match="OperationalError SQLITE_BUSY"):
            await written.run(waits)

    assert await written.run(waits) == 15_000
    await engine.dispose()
