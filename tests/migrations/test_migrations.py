import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.storage.engine import (
    ForeignSchema,
    alembic_config,
    migrate,
    migrating,
    open_engine,
    revision,
)

pytestmark = pytest.mark.anyio
VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"
NEWEST = max(file.name[:4] for file in VERSIONS.glob("[0-9]*.py"))


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def test_the_migrations_make_exactly_the_tables_that_the_code_uses(
    engine: AsyncEngine,
) -> None:
    async with migrating(engine) as connection:
        await connection.run_sync(lambda sync: command.check(alembic_config(sync)))


async def test_the_schema_goes_up_and_down_and_up_again(engine: AsyncEngine) -> None:
    async with migrating(engine) as connection:
        await connection.run_sync(lambda sync: command.downgrade(alembic_config(sync), "base"))
        below = await connection.run_sync(_tables)
        await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), "head"))
        above = await connection.run_sync(_tables)

    assert below == {"alembic_version"}
    assert above > {"decisions", "outcomes", "feedback", "snapshots"}


async def test_a_quarantine_of_a_key_does_not_become_one_of_everybody(engine: AsyncEngine) -> None:
    insert = "INSERT INTO quarantines (at, source, since, lifts, key) VALUES (1, :s, 0, false, :k)"
    async with migrating(engine) as connection:
        for source, key in (("user", None), ("user", "web"), (None, "web")):
            await connection.execute(text(insert), {"s": source, "k": key})
        await connection.run_sync(lambda sync: command.downgrade(alembic_config(sync), "0008"))
        below = (await connection.execute(text("SELECT seq, source FROM quarantines"))).all()
        await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), "head"))
        above = (await connection.execute(text("SELECT seq, source, key FROM quarantines"))).all()

    assert [tuple(row) for row in below] == [(1, "user")]
    assert [tuple(row) for row in above] == [(1, "user", None)]


async def test_the_revision_is_told_before_and_after(database_url: str) -> None:
    engine = open_engine(database_url)
    before = await revision(engine)
    await migrate(engine)
    after = await revision(engine)
    await engine.dispose()

    assert before.current is None
    assert after.current == after.head == before.head == NEWEST


async def test_engines_that_start_together_migrate_once(database_url: str) -> None:
    engines = [open_engine(database_url) for _ in range(6)]
    await asyncio.gather(*(migrate(engine) for engine in engines))
    revisions = [await revision(engine) for engine in engines]
    for engine in engines:
        await engine.dispose()

    assert {each.current for each in revisions} == {NEWEST}


async def test_a_process_that_writes_before_the_first_migration_is_waited_for(
    tmp_path: Path,
) -> None:
    file = tmp_path / "pointsman.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        engine = open_engine(f"sqlite:///{file}")
        migration = asyncio.create_task(migrate(engine))
        await asyncio.sleep(0.3)
        assert not migration.done()
        other.execute("COMMIT")
        await migration
        await engine.dispose()


async def test_a_schema_from_the_future_is_refused(engine: AsyncEngine) -> None:
    async with migrating(engine) as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(ForeignSchema, match="a later one"):
        await migrate(engine)


async def test_foreign_keys_hold_again_after_a_migration(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar() == 1
            assert (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar() == "wal"
            assert (await connection.exec_driver_sql("PRAGMA synchronous")).scalar() == 2
            assert (await connection.exec_driver_sql("PRAGMA temp_store")).scalar() == 2
