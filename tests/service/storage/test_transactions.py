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
def held(url: str, *statements: str) -> Iterator[None]:
    """Another process's transaction, meanwhile."""
    with closing(sqlite3.connect(file_of(url), isolation_level=None)) as other:
        for statement in statements:
            other.execute(statement)
        yield
        other.execute("COMMIT")


def file_of(url: str) -> str:
    return str(make_url(url).database)


def sign(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA user_version=7")


def signature(url: str) -> object:
    with closing(sqlite3.connect(file_of(url))) as connection:
        return connection.execute("PRAGMA user_version").fetchone()


def patience(connection: Connection) -> int:
    """How many milliseconds SQLite itself waits for others."""
    return int(connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one())


async def test_sqlite_itself_waits_for_nobody(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)

    assert await writes(engine).run(patience) == 0
    await engine.dispose()


async def test_a_transaction_begins_once_another_process_has_ended_its_own(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)
    with held(sqlite_url, "BEGIN IMMEDIATE"):
        begun = asyncio.create_task(writes(engine).run(sign))
        early, _ = await asyncio.wait([begun], timeout=0.1)
    await begun
    await engine.dispose()

    assert not early
    assert signature(sqlite_url) == (7,)


async def test_a_file_that_another_process_does_not_let_go_is_told(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)
    written = writes(engine)
    with held(sqlite_url, "BEGIN IMMEDIATE"), monkeypatch.context() as impatient:
        impatient.setattr(transactions, "BUSY_SECONDS", 0.05)
        with pytest.raises(DatabaseUnavailable, match="OperationalError SQLITE_BUSY"):
            await written.run(sign)
    before = signature(sqlite_url)
    await written.run(sign)
    await engine.dispose()

    assert before == (0,)
    assert signature(sqlite_url) == (7,)


async def test_without_a_write_ahead_log_a_commit_waits_for_those_who_read(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)
    await engine.dispose()
    with closing(sqlite3.connect(file_of(sqlite_url))) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    with held(sqlite_url, "BEGIN", "SELECT * FROM alembic_version"):
        begun = asyncio.create_task(writes(engine).run(sign))
        early, _ = await asyncio.wait([begun], timeout=0.1)
    await begun
    left_to_sqlite = await writes(engine).run(patience)
    await engine.dispose()

    assert not early
    assert left_to_sqlite == 15_000
    assert signature(sqlite_url) == (7,)
