"""Keeps SQLite's write-ahead log short, beside those who write and not in one of their commits."""

from concurrent.futures import Future, ThreadPoolExecutor

import structlog
from sqlalchemy import Engine

from bandit.errors import StorageError
from service.storage.faults import told

_EVERY = 16
"""Commits between two checkpoints: some hundred pages, and a few milliseconds of copying."""

MOST_PAGES = 4000
"""In the write-ahead log, after which SQLite makes a checkpoint in whichever commit comes next: it
does where ours do not keep up, or fail."""

_log = structlog.get_logger(__name__)


class Checkpoints:
    """Brings what was committed from the log into the database, from a thread of its own.

    Left to itself, SQLite does so in the commit that fills the log, which then takes ten times as
    long as others, and whoever waits for it does too.

    Source: https://www.sqlite.org/wal.html, section 3.
    """

    def __init__(self, engine: Engine) -> None:
        """``engine``: gives connections to the file."""
        self._engine = engine
        self._commits = 0
        self._thread = ThreadPoolExecutor(1, "log checkpoints")
        self._made: Future[None] | None = None

    def count(self) -> None:
        """Take note of a commit; after some of them, begin a checkpoint unless one is made."""
        self._commits += 1
        if self._commits >= _EVERY and (self._made is None or self._made.done()):
            self._commits = 0
            self._made = self._thread.submit(self._make)

    def wait(self) -> None:
        """Wait for the one that is made, if any."""
        if self._made is not None:
            self._made.result()

    def _make(self) -> None:
        """Copy as far as no reader is in the way; writers are never kept waiting."""
        try:
            with told():
                connection = self._engine.raw_connection()
                try:
                    connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                finally:
                    connection.close()
        except StorageError as error:
            _log.warning("checkpoint_failed", reason=str(error))
