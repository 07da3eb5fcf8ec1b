"""What tests share: the event loop, and databases of both kinds."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from service.storage.engine import migrate, open_engine


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server of our own; it listens on a socket in its folder and nowhere else."""

    programs: Path
    folder: Path
    numbers: Iterator[int]

    def make_database(self) -> str:
        """Make an empty database; gives its URL."""
        name = f"test_{next(self.numbers)}"
        self.run("createdb", "--host", str(self.folder), "--username", "tester", name)
        return f"postgresql://tester@/{name}?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs to its end."""
        subprocess.run(
            [self.programs / program, *arguments],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **_unprivileged(),
        )

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the server; durability is not what these tests test it for."""
        settings = ["listen_addresses=", f"unix_socket_directories={self.folder}", "fsync=off"]
        return subprocess.Popen(
            [self.programs / "postgres", "-D", "data", *(f"--{each}" for each in settings)],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **_unprivileged(),
        )

    def wait(self) -> None:
        """Wait until the server answers."""
        for _ in range(200):
            if (
                subprocess.run(
                    [self.programs / "pg_isready", "-h", self.folder],
                    check=False,
                    capture_output=True,
                ).returncode
                == 0
            ):
                return
            time.sleep(0.05)
        pytest.fail("PostgreSQL did not start within ten seconds")


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; where we are root, it runs as nobody."""
    return {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}


def _programs() -> Path | None:
    on_path = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = [Path(on_path)] if on_path else installed
    return found[-1].resolve().parent if found else None


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="pointsman-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        yield from _running(Cluster(programs, Path(folder), count()))


def _running(cluster: Cluster) -> Iterator[Cluster]:
    cluster.run("initdb", "-D", "data", "--username", "tester", "--no-sync", "--encoding", "UTF8")
    server = cluster.start()
    try:
        cluster.wait()
        yield cluster
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'pointsman.db'}"


@pytest.fixture
def postgres_url(cluster: Cluster) -> str:
    return cluster.make_database()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of either kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def engine(anyio_backend: str, database_url: str) -> AsyncIterator[AsyncEngine]:
    """A migrated database of either kind."""
    engine = open_engine(database_url)
    await migrate(engine)
    yield engine
    await engine.dispose()
