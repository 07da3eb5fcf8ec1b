"""The database: SQLite in one file, or PostgreSQL, behind the same engine."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bandit.errors import ConfigError, StorageError
from service.storage.faults import told

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}
BUSY_SECONDS = 15
"""How long to wait for another process that writes to SQLite's file."""

MOST_PAGES = 4000
"""In SQLite's write-ahead log, after which whichever commit comes next brings the rest of it into
the database: where `Checkpoints` does not keep up, or is not there."""

_BUSY_PAUSE_SECONDS = 0.05
_COMMAND_SECONDS = 60
_WRITES, _MIGRATIONS = 1, 2
"""What PostgreSQL's advisory locks of ours are for."""


class UnusableUrl(ConfigError):
    """Raised when storage.url names no database that can be used."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact, "give sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE")


class ForeignSchema(StorageError):
    """Raised when the database's schema is not one that this version can bring up to date."""

    def __init__(self) -> None:
        super().__init__(
            "the database's schema is of a revision that this version does not know",
            "run the version of Pointsman that made it, or a later one",
        )


@dataclass(frozen=True, slots=True)
class Revision:
    """Where the schema stands, and where this version wants it."""

    current: str | None
    head: str | None


def open_engine(url: str) -> AsyncEngine:
    """Make an engine; nothing is connected yet.

    Args:
        url: ``sqlite:///FILE`` or ``postgresql://…``, with or without a driver's name.

    Raises:
        UnusableUrl: Another database, no file, no folder for it, or no URL at all.
    """
    parsed = _parsed(url)
    if parsed.drivername == "sqlite+aiosqlite":
        return _open_sqlite(parsed)
    return create_async_engine(
        _with_asyncpg_names(parsed),
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"command_timeout": _COMMAND_SECONDS},
    )


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise UnusableUrl("storage.url cannot be read") from None
    kind = parsed.drivername.partition("+")[0]
    if kind not in _DRIVERS:
        raise UnusableUrl(f"storage.url names {kind!r}, which is not supported")
    return parsed.set(drivername=_DRIVERS[kind])


def _open_sqlite(url: URL) -> AsyncEngine:
    if url.database in {None, "", ":memory:"} or url.query.get("mode") == "memory":
        raise UnusableUrl("storage.url names no file")
    if not Path(url.database or "").absolute().parent.is_dir():
        raise UnusableUrl(f"storage.url names {url.database!r} in a folder that does not exist")
    # A connection of SQLAlchemy's always ends its transaction; the pool need not do it again.
    engine = create_async_engine(url, hide_parameters=True, pool_reset_on_return=None)
    event.listen(engine.sync_engine, "connect", prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _with_asyncpg_names(url: URL) -> URL:
    """What libpq calls ``sslmode``, asyncpg calls ``ssl``."""
    mode = url.query.get("sslmode")
    if mode is None:
        return url
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})


def prepare_sqlite(connection: DBAPIConnection, _: object) -> None:
    """Transactions begin where we say, not where the driver guesses."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA wal_autocheckpoint={MOST_PAGES}")
    cursor.execute("PRAGMA foreign_keys=ON")
    # A statement that inserts many rows would otherwise open a file to be undone from.
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Go to the driver's thread once, where a cursor of SQLAlchemy's would go three times."""
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    if begin:
        adapted: Any = connection.connection.dbapi_connection
        adapted.run_async(lambda raw: raw.execute(begin))


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a transaction that changes nothing.

    Raises:
        StorageError: The database did not give what was asked of it.
    """
    with told():
        async with engine.connect() as connection, _dropped_if_cancelled(connection):
            yield connection


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a transaction that commits at the end; no two run at once in the whole database.

    One after the other, each row's `seq` becomes visible in order; PostgreSQL alone would hand
    out the numbers first and let the transactions overtake each other.

    Raises:
        StorageError: The database did not take what was asked of it; nothing is kept.
    """
    with told():
        immediate = engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        async with (
            immediate.connect() as connection,
            _dropped_if_cancelled(connection),
            connection.begin(),
        ):
            await _take_turn(connection, _WRITES)
            yield connection


@asynccontextmanager
async def _dropped_if_cancelled(connection: AsyncConnection) -> AsyncIterator[None]:
    """Never use a connection again on which somebody stopped waiting.

    The driver's thread goes on with what it was told, be it to begin a transaction of which
    nobody knows any more.
    """
    try:
        yield
    except asyncio.CancelledError:
        await connection.invalidate()
        raise


async def _take_turn(connection: AsyncConnection, purpose: int) -> None:
    """Hold PostgreSQL's lock until the transaction ends; SQLite's transaction is the lock."""
    if connection.dialect.name == "postgresql":
        await connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtext('pointsman'), :purpose)"),
            {"purpose": purpose},
        )


@asynccontextmanager
async def migrating(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a transaction for changes of the schema; no two run at once.

    Raises:
        StorageError: The schema could not be changed; it is as it was.
    """
    with told():
        async with engine.connect() as connection:
            await _pragma(connection, "foreign_keys=OFF")
            try:
                await _pragma(connection, "journal_mode=WAL")
                async with connection.begin():
                    await _take_turn(connection, _MIGRATIONS)
                    yield connection
            finally:
                await _pragma(connection, "foreign_keys=ON")


async def _pragma(connection: AsyncConnection, setting: str) -> None:
    """Set what SQLite only lets be set outside a transaction, and begin the next one for writing.

    A table that is rebuilt is dropped on the way, which foreign keys would take for a deletion.
    """
    if connection.dialect.name != "sqlite":
        return
    await connection.execution_options(sqlite_begin=None)
    await _once_free(connection, f"PRAGMA {setting}")
    await connection.commit()
    await connection.execution_options(sqlite_begin="BEGIN IMMEDIATE")


async def _once_free(connection: AsyncConnection, statement: str) -> None:
    """Wait for other processes here, since SQLite's busy timeout is not for changes of a journal.

    Raises:
        OperationalError: It was never free, or something else is wrong.
    """
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            await connection.exec_driver_sql(statement)
        except OperationalError as error:
            if not is_busy(error.orig) or time.monotonic() > until:
                raise
            await asyncio.sleep(_BUSY_PAUSE_SECONDS)
        else:
            return


def is_busy(error: BaseException | None) -> bool:
    """Whether SQLite's file is another's just now, whatever the other does."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY


async def migrate(engine: AsyncEngine) -> None:
    """Bring the schema up to date; safe when several processes do it at once.

    Raises:
        StorageError: The schema could not be changed; it is as it was.
    """
    try:
        async with migrating(engine) as connection:
            await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), "head"))
    except CommandError:
        raise ForeignSchema from None


async def revision(engine: AsyncEngine) -> Revision:
    """Tell where the schema stands.

    Raises:
        StorageError: The database cannot be asked.
    """
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    async with reading(engine) as connection:
        return Revision(await connection.run_sync(_current), head)


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, which needs no file: the migrations are a package of ours."""
    found: Any = find_spec("migrations")
    config = Config(attributes={"connection": connection})
    config.set_main_option(
        "script_location", found.submodule_search_locations[0].replace("%", "%%")
    )
    return config
