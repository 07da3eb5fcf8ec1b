"""Keeps SQLite's write-ahead log short, beside those who write and not in one of their commits."""

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for

import structlog
from sqlalchemy import Engine

from bandit.errors import StorageError
from service.storage.faults import told

EVERY = 16
"""Commits between two checkpoints: of ratings or decisions that is some hundred pages, and a few
milliseconds of copying."""

_log = structlog.get_logger(__name__)


class Checkpoints:
    """Brings what was committed from the log into the database, from a thread of its own.

    Left to itself, SQLite does so in the commit that fills the log, which then takes ten times as
    long as others, and whoever waits for it does too. Where commits never pause, the log grows up
    to `engine.MOST_PAGES` all the same and is begun again there; but the commit that does it finds
    most of it copied.

    Source: https://www.sqlite.org/wal.html, section 3.
    """

    def __init__(self, engine: Engine) -> None:
        """``engine``: gives connections to the file."""
        self._engine = engine
        self._commits = 0
        self._thread = ThreadPoolExecutor(1, "log checkpoints")
        self._running: Future[None] = self._thread.submit(lambda: None)
        """It starts its thread, which would be too late to fail once something is committed."""

    def committed(self) -> None:
        """Count a commit; after some of them begin a checkpoint, unless one is running."""
        self._commits += 1
        if self._commits >= EVERY and self._running.done():
            self._commits = 0
            self._running = self._thread.submit(self._make)

    def wait(self) -> None:
        """Wait for the one that is running."""
        wait_for([self._running])

    def _make(self) -> None:
        """Copy as far as no reader is in the way; no lock of it keeps a writer waiting."""
        try:
            with told():
                connection = self._engine.raw_connection()
                try:
                    connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                finally:
                    connection.close()
        except StorageError as error:
            _log.warning("checkpoint_failed", reason=str(error))
