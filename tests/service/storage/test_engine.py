import asyncio
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.errors import ConfigError, StorageError
from service.storage.engine import migrate, open_engine, reading, writing
from service.storage.faults import DatabaseUnavailable
from service.storage.tail import Tail

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///file.db", "aiosqlite"),
        ("sqlite+aiosqlite:///file.db", "aiosqlite"),
        ("postgres://user:pass@host/name", "asyncpg"),
        ("postgresql://user:pass@host:5432/name?sslmode=require", "asyncpg"),
        ("postgresql+asyncpg://user:pass@host/name", "asyncpg"),
        ("postgresql+psycopg2://user:pass@host/name", "asyncpg"),
    ],
)
async def test_urls_with_and_without_a_driver_are_taken(url: str, driver: str) -> None:
    assert open_engine(url).driver == driver


async def test_sslmode_is_passed_on_under_the_name_that_the_driver_knows() -> None:
    engine = open_engine("postgresql://host/name?sslmode=require")

    assert engine.url.query == {"ssl": "require"}


@pytest.mark.parametrize(
    "url", ["mysql://root:secret@host/name", "sqlite://", "sqlite:///:memory:", "nonsense secret"]
)
async def test_other_urls_are_refused_without_telling_the_password(url: str) -> None:
    with pytest.raises(ConfigError, match=r"give sqlite:///FILE") as refused:
        open_engine(url)

    assert "secret" not in str(refused.value)


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="a folder that does not exist"):
        open_engine(f"sqlite:///{tmp_path / 'nowhere' / 'file.db'}")


async def test_a_database_that_was_never_migrated_is_told(database_url: str) -> None:
    engine = open_engine(database_url)

    with pytest.raises(StorageError):
        await Tail(engine).feedback_after(0, 1)
    await engine.dispose()


async def test_no_two_transactions_write_at_once(engine: AsyncEngine) -> None:
    order: list[str] = []

    async def write(name: str) -> None:
        async with writing(engine) as connection:
            order.append(name)
            await connection.execute(text("SELECT 1"))
            await asyncio.sleep(0.05)
            order.append(name)

    await asyncio.gather(write("a"), write("b"), write("c"))

    assert order[0::2] == order[1::2]


async def test_readers_do_not_wait_for_a_writer(engine: AsyncEngine) -> None:
    async with writing(engine), reading(engine) as connection:
        found = await connection.execute(text("SELECT count(*) FROM decisions"))

    assert found.scalar() == 0


async def test_a_database_that_stays_locked_is_told(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)
    event.listen(engine.sync_engine, "connect", _hurry)
    async with writing(engine):
        with pytest.raises(DatabaseUnavailable, match="OperationalError SQLITE_BUSY"):
            async with writing(engine):
                pass
    async with writing(engine) as connection:
        await connection.execute(text("SELECT 1"))
    await engine.dispose()


def _hurry(connection: DBAPIConnection, _: object) -> None:
    connection.cursor().execute("PRAGMA busy_timeout=1")


async def test_whoever_stops_waiting_leaves_no_transaction_behind(engine: AsyncEngine) -> None:
    async def read() -> None:
        async with reading(engine) as connection:
            await connection.execute(text("SELECT 1"))

    for turns in range(60):
        reader = asyncio.create_task(read())
        for _ in range(turns % 12):
            await asyncio.sleep(0)
        reader.cancel()
        await asyncio.wait([reader])
        async with writing(engine) as connection:
            await connection.execute(text("SELECT 1"))
