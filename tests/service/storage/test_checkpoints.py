"""What is committed comes out of SQLite's write-ahead log without a commit that does it."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url

from service.storage import checkpoints
from service.storage.checkpoints import Checkpoints
from service.storage.engine import migrate, open_engine
from service.storage.transactions import writes

pytestmark = pytest.mark.anyio

_COMMITS = checkpoints._EVERY  # noqa: SLF001 as often as it is done
_VERSION = "PRAGMA user_version"


def sign(connection: Connection) -> None:
    connection.exec_driver_sql(f"{_VERSION}=7")


def pages_before_sqlite_does_it(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar_one())


def without_log(url: str, folder: Path) -> object:
    """What stands in the database's own file."""
    copy = folder / "copy.db"
    shutil.copyfile(str(make_url(url).database), copy)
    with closing(sqlite3.connect(copy)) as connection:
        return connection.execute(_VERSION).fetchone()


async def test_after_some_commits_all_is_in_the_database_itself(
    sqlite_url: str, tmp_path: Path
) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)
    written = writes(engine)
    for _ in range(_COMMITS - 1):
        await written.run(sign)
    early = without_log(sqlite_url, tmp_path)
    await written.run(sign)
    async with asyncio.timeout(30.0):
        while without_log(sqlite_url, tmp_path) == early:  # noqa: ASYNC110 in another thread
            await asyncio.sleep(0.01)
    await engine.dispose()

    assert early == (0,)


async def test_sqlite_does_it_where_we_do_not_keep_up(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)

    assert await writes(engine).run(pages_before_sqlite_does_it) == checkpoints.MOST_PAGES
    await engine.dispose()


def test_one_that_fails_is_told_and_those_after_it_are_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "later"
    failing = Checkpoints(create_engine(f"sqlite:///{folder}/pointsman.db"))
    told = list[bool]()
    for _ in range(2):
        for _ in range(_COMMITS):
            failing.count()
        failing.wait()
        told.append("checkpoint_failed" in capsys.readouterr().out)
        folder.mkdir(exist_ok=True)

    assert told == [True, False]
