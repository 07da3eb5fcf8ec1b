"""Transactions that are made where they keep nobody waiting."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from service.storage.checkpoints import Checkpoints
from service.storage.engine import BUSY_SECONDS, is_busy, prepare_sqlite, reading, writing
from service.storage.faults import told

T = TypeVar("T")

_BUSY_PAUSE_SECONDS = 0.001


class Transactions(Protocol):
    """Runs functions in transactions of their own, which commit where they return.

    Closed when the engine is that they were asked of.
    """

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Give what ``work`` gives, committed.

        Raises:
            StorageError: The database did not do it; nothing is kept.
        """


def writes(engine: AsyncEngine) -> Transactions:
    """What the database of an engine is written to with: one transaction at a time."""
    if engine.dialect.name == "sqlite":
        blocking = _sqlite(engine, _prepare_writing, _begin_writing)
        return _InThread(engine, blocking, "log writer", Checkpoints(blocking))
    return _OnLoop(engine, writing)


def reads(engine: AsyncEngine) -> Transactions:
    """What is read from the database of an engine at every turn."""
    if engine.dialect.name == "sqlite":
        return _InThread(engine, _sqlite(engine, prepare_sqlite, _begin_reading), "log reader")
    return _OnLoop(engine, reading)


class _OnLoop:
    def __init__(
        self,
        engine: AsyncEngine,
        opening: Callable[[AsyncEngine], AbstractAsyncContextManager[AsyncConnection]],
    ) -> None:
        self._engine = engine
        self._opening = opening

    async def run(self, work: Callable[[Connection], T]) -> T:
        async with self._opening(self._engine) as connection:
            return await connection.run_sync(work)


class _InThread:
    """Asks SQLite from one thread, over one connection.

    A transaction is one way there and back. The asynchronous driver goes both ways for each
    statement, which costs more than SQLite itself. The connection is kept: to take one from a pool
    and give it back costs more than to begin a transaction and commit it.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        blocking: Engine,
        name: str,
        checkpoints: Checkpoints | None = None,
    ) -> None:
        self._engine = blocking
        self._checkpoints = checkpoints
        self._connection: Connection | None = None
        self._thread = ThreadPoolExecutor(1, name)
        event.listen(engine.sync_engine, "engine_disposed", self._close)

    async def run(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)

    def _run(self, work: Callable[[Connection], T]) -> T:
        with told():
            connection = self._connection or self._engine.connect()
            self._connection = connection
            with connection.begin():
                result = work(connection)
        if self._checkpoints is not None:
            self._checkpoints.committed()
        return result

    def _close(self, _: Engine) -> None:
        self._thread.submit(self._closed).result()

    def _closed(self) -> None:
        if self._checkpoints is not None:
            self._checkpoints.wait()
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()


def _sqlite(
    engine: AsyncEngine,
    prepare: Callable[[DBAPIConnection, object], None],
    begin: Callable[[Connection], None],
) -> Engine:
    # A connection of SQLAlchemy's always ends its transaction; the pool need not do it again.
    blocking = create_engine(
        engine.url.set(drivername="sqlite"), hide_parameters=True, pool_reset_on_return=None
    )
    event.listen(blocking, "connect", prepare)
    event.listen(blocking, "begin", begin)
    return blocking


def _prepare_writing(connection: DBAPIConnection, record: object) -> None:
    """Where the journal is a write-ahead log, leave all waiting to `_begin_writing`.

    Nothing after the beginning waits for others then. With another journal a commit waits for
    those who read, and that is left to SQLite.
    """
    prepare_sqlite(connection, record)
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode")
    if cursor.fetchone() == ("wal",):
        cursor.execute("PRAGMA busy_timeout=0")
    cursor.close()


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection) -> None:
    """Begin as soon as no other process writes.

    SQLite itself, where the waiting is left to it, looks less and less often, up to 100 ms apart,
    and is overtaken in between.
    """
    driver: Any = connection.connection.dbapi_connection
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > until:
                raise
            time.sleep(_BUSY_PAUSE_SECONDS)
        else:
            return
