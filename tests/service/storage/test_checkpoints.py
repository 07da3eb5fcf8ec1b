"""What is committed comes out of SQLite's write-ahead log without a commit that does it."""

import asyncio
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url

from service.storage.checkpoints import EVERY, Checkpoints
from service.storage.engine import MOST_PAGES, migrate, open_engine
from service.storage.transactions import writes

pytestmark = pytest.mark.anyio


def sign(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA user_version=7")


def pages_before_sqlite_does_it(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar_one())


def signature_without_log(url: str) -> int:
    """What stands in the database's own file.

    It is copied by another process: to close a file lets go of all locks that this one has on it.
    """
    file = Path(str(make_url(url).database))
    copy = file.with_suffix(".copy")
    subprocess.run(["cp", file, copy], check=True)
    return int.from_bytes(copy.read_bytes()[60:64], "big")


async def test_after_some_commits_all_is_in_the_database_itself(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)
    written = writes(engine)
    for _ in range(EVERY - 1):
        await written.run(sign)
    early = signature_without_log(sqlite_url)
    await written.run(sign)
    late = early
    async with asyncio.timeout(30.0):
        while late != 7:
            late = await asyncio.to_thread(signature_without_log, sqlite_url)
    await engine.dispose()

    assert early == 0


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
async def test_it_is_made_once_it_was_waited_for(sqlite_url: str, journal: str) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)
    await engine.dispose()
    blocking = create_engine(sqlite_url)
    with closing(blocking.raw_connection()) as connection:
        connection.cursor().execute(f"PRAGMA journal_mode={journal}")
        connection.cursor().execute("PRAGMA user_version=7")
        made = Checkpoints(blocking)
        for _ in range(EVERY):
            made.committed()
        made.wait()
        late = signature_without_log(sqlite_url)
    blocking.dispose()

    assert late == 7


async def test_sqlite_does_it_only_after_many_pages(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)

    assert await writes(engine).run(pages_before_sqlite_does_it) == MOST_PAGES
    await engine.dispose()


def test_one_that_fails_is_told_and_those_after_it_are_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "later"
    engine = create_engine(f"sqlite:///{folder}/pointsman.db")
    failing = Checkpoints(engine)
    told = list[bool]()
    for _ in range(2):
        for _ in range(EVERY):
            failing.committed()
        failing.wait()
        told.append("checkpoint_failed" in capsys.readouterr().out)
        folder.mkdir(exist_ok=True)
    engine.dispose()

    assert told == [True, False]
    assert (folder / "pointsman.db").exists()
