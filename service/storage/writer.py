"""The one writer: what waits goes into one transaction, much feedback into others in between.

A commit costs a write to the disk however many rows it holds, so whatever arrives while one
commit runs shares the next, and what comes alone while rows are inserted shares theirs. But a
commit of many rows takes several times as long, so groups of feedback do not share the one that
requests wait for, and a request waits for no more than one of theirs.
"""

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

import msgspec
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.errors import StorageError
from service.storage.faults import RowRefused
from service.storage.inbox import Closed, Full, Inbox
from service.storage.inserting import KINDS, MOST_ROWS, Inserting, Record
from service.storage.records import AnswerRecord, DecisionRecord, FeedbackRecord, OutcomeRecord
from service.storage.transactions import writes

GROUP = MOST_ROWS
"""Rows of much feedback in one commit, and one statement: more would keep what comes alone waiting
for its own."""


class WriterStopped(StorageError):
    """Raised when a record is given to a writer that does not run."""

    def __init__(self) -> None:
        super().__init__("the log's writer does not run", "restart the service")


class WriterOverloaded(StorageError):
    """Raised when more records wait than the database keeps up with."""

    def __init__(self) -> None:
        super().__init__(
            "the database does not keep up with the log",
            "send fewer requests, or give it a faster disk",
        )


Stored = asyncio.Future[Sequence[Record | StorageError]]
"""For each record of a group what stands in the log, or why it does not, once that is known.

Of a record alone it fails with the reason.
"""


class _Waiting(msgspec.Struct, frozen=True):
    records: Sequence[Record]
    """All of one kind."""

    stored: Stored

    def settle(self, results: Sequence[Record | StorageError]) -> None:
        """Tell whoever still waits; a fault that is all there is to tell is raised."""
        if self.stored.done():
            return
        if len(results) == 1 and isinstance(results[0], StorageError):
            self.stored.set_exception(results[0])
        else:
            self.stored.set_result(results)


class Writer:
    """Commits records in groups, from a background task; an async context manager.

    On the way out, what waits is still committed.

    Args:
        engine: Of a database that is migrated.
        limit: How many records, or groups of feedback, may wait for a commit.
    """

    def __init__(self, engine: AsyncEngine, limit: int = 4096) -> None:
        self._transactions = writes(engine)
        self._inserting = Inserting(engine.dialect)
        self._inbox = Inbox[_Waiting](limit)
        self._writing: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="log writer")
        self._task.add_done_callback(self._stop)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._inbox.close()
        if self._task is not None:
            await asyncio.wait([self._task])

    @property
    def healthy(self) -> bool:
        """Whether records are still being committed."""
        return self._task is not None and not self._task.done()

    async def append(self, record: DecisionRecord | OutcomeRecord) -> None:
        """Write a record, waiting for room and then for the commit.

        Raises:
            StorageError: The record is not in the log.
        """
        await (await self._queued([record]))

    async def append_feedback(self, record: FeedbackRecord) -> FeedbackRecord:
        """Write feedback, waiting for the commit.

        Returns:
            What stands in the log: `record`, or the earlier one with its idempotency key.

        Raises:
            StorageError: The record is not in the log.
        """
        (standing,) = await self.append_all_feedback([record])
        if isinstance(standing, StorageError):
            raise standing
        return standing

    async def append_all_feedback(
        self, records: Sequence[FeedbackRecord]
    ) -> list[FeedbackRecord | StorageError]:
        """Write much feedback, some at a time.

        Returns:
            For each what `append_feedback` gives, or why the record is not in the log.
        """
        results: list[FeedbackRecord | StorageError] = []
        for first in range(0, len(records), GROUP):
            results += await self._together(records[first : first + GROUP])
        return results

    async def _together(
        self, records: Sequence[FeedbackRecord]
    ) -> list[FeedbackRecord | StorageError]:
        """Write feedback in one commit."""
        try:
            stored = await (await self._queued(records))
        except StorageError as fault:
            return [fault] * len(records)
        return [each for each in stored if isinstance(each, FeedbackRecord | StorageError)]

    def begin(self, record: DecisionRecord | OutcomeRecord | AnswerRecord) -> Stored:
        """Write a record while the caller does something else.

        Returns:
            Done when the record is committed; failed with a `StorageError` when it is not.

        Raises:
            StorageError: Too many records wait already, or the writer does not run.
        """
        waiting = self._waiting([record])
        try:
            self._inbox.put_now(waiting)
        except Full:
            raise WriterOverloaded from None
        except Closed:
            raise WriterStopped from None
        return waiting.stored

    async def _queued(self, records: Sequence[Record]) -> Stored:
        waiting = self._waiting(records)
        try:
            await self._inbox.put(waiting)
        except Closed:
            raise WriterStopped from None
        return waiting.stored

    def _waiting(self, records: Sequence[Record]) -> _Waiting:
        if not self.healthy:
            raise WriterStopped
        return _Waiting(records, asyncio.get_running_loop().create_future())

    async def _run(self) -> None:
        while await self._inbox.waits():
            for wanted in (_is_alone, _groups_of(GROUP)):
                if batch := _in_order(self._inbox.take(wanted)):
                    self._writing = batch
                    await self._commit(batch)

    def _stop(self, _: "asyncio.Task[None]") -> None:
        """However it came to this, nobody is left waiting."""
        self._inbox.close()
        for waiting in [*self._writing, *self._inbox.take(lambda _: True)]:
            waiting.settle([WriterStopped()])

    async def _commit(self, batch: list[_Waiting]) -> None:
        """Commit what waits, and in the same transaction what comes alone while it is written."""
        results: Sequence[Record | StorageError]
        try:
            results = await self._write(batch)
        except StorageError as fault:
            results = [fault for waiting in batch for _ in waiting.records]
        told = iter(results)
        for waiting in batch:
            waiting.settle([next(told) for _ in waiting.records])

    async def _write(self, batch: list[_Waiting]) -> Sequence[Record | StorageError]:
        """Write all in one go; where a row is at fault, one by one, so that it fails alone."""
        try:
            return await self._transactions.run(lambda connection: self._insert(connection, batch))
        except RowRefused:
            records = _records(batch)
            return await self._transactions.run(
                lambda connection: self._inserting.insert_each(connection, records)
            )

    def _insert(self, connection: Connection, batch: list[_Waiting]) -> list[Record]:
        """Insert what waits; what came alone meanwhile is inserted too, and joins the batch."""
        inserted = self._inserting.insert(connection, _records(batch))
        late = _in_order(self._inbox.take(_is_alone))
        batch += late
        return inserted + self._inserting.insert(connection, _records(late))


def _in_order(batch: list[_Waiting]) -> list[_Waiting]:
    """As records are written."""
    return sorted(batch, key=lambda waiting: KINDS.index(type(waiting.records[0])))


def _records(batch: Sequence[_Waiting]) -> list[Record]:
    return [record for waiting in batch for record in waiting.records]


def _is_alone(waiting: _Waiting) -> bool:
    return len(waiting.records) == 1


def _groups_of(rows: int) -> Callable[[_Waiting], bool]:
    """Tells which groups are wanted: the first, and others while they hold no more rows."""
    taken = 0

    def wanted(waiting: _Waiting) -> bool:
        nonlocal taken
        count = len(waiting.records)
        if _is_alone(waiting) or (taken and taken + count > rows):
            return False
        taken += count
        return True

    return wanted
