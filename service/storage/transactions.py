"""Transactions that write, made where they keep nobody waiting."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

from service.storage.engine import prepare_sqlite, writing
from service.storage.faults import told

T = TypeVar("T")


class Transactions(Protocol):
    """Runs functions in transactions of their own, which commit where they return."""

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Give what ``work`` gives, committed.

        Raises:
            StorageError: The database did not take it; nothing is kept.
        """

    async def aclose(self) -> None:
        """Close what is its own."""


def transactions(engine: AsyncEngine) -> Transactions:
    """What the database of an engine is written to with."""
    if engine.dialect.name == "sqlite":
        return _InThread(engine)
    return _OnLoop(engine)


class _OnLoop:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def run(self, work: Callable[[Connection], T]) -> T:
        async with writing(self._engine) as connection:
            return await connection.run_sync(work)

    async def aclose(self) -> None:
        """The engine is whoever's gave it."""


class _InThread:
    """Writes to SQLite from one thread, over one connection.

    A transaction is one way there and back. The asynchronous driver goes both ways for each
    statement, which costs more than SQLite itself.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = _sqlite(engine)
        self._thread = ThreadPoolExecutor(1, "log writer")

    async def run(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)

    async def aclose(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()

    def _run(self, work: Callable[[Connection], T]) -> T:
        with told(), self._engine.begin() as connection:
            return work(connection)


def _sqlite(engine: AsyncEngine) -> Engine:
    # A connection of SQLAlchemy's always ends its transaction; the pool need not do it again.
    blocking = create_engine(
        engine.url.set(drivername="sqlite"), hide_parameters=True, pool_reset_on_return=None
    )
    event.listen(blocking, "connect", prepare_sqlite)
    event.listen(blocking, "begin", _begin)
    return blocking


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
