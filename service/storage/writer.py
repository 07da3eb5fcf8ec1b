"""The one writer: everything that waits goes into one transaction.

A commit costs a write to the disk however many rows it holds, so whatever arrives while one
commit runs shares the next.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.errors import StorageError
from service.storage.faults import RowRefused
from service.storage.inbox import Closed, Full, Inbox
from service.storage.inserting import KINDS, Inserting, Record
from service.storage.records import AnswerRecord, DecisionRecord, FeedbackRecord, OutcomeRecord
from service.storage.transactions import writes

_AT_ONCE = 40
"""Rows of much feedback in one commit: more would keep decisions waiting for theirs."""


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


@dataclass(frozen=True, slots=True)
class _Waiting:
    record: Record
    stored: asyncio.Future[Record]
    """The record that stands in the log, once it does."""

    def settle(self, result: Record | StorageError) -> None:
        """Tell whoever still waits."""
        if self.stored.done():
            return
        if isinstance(result, StorageError):
            self.stored.set_exception(result)
        else:
            self.stored.set_result(result)


class Writer:
    """Commits records in groups, from a background task; an async context manager.

    On the way out, what waits is still committed.

    Args:
        engine: Of a database that is migrated.
        limit: How many records may wait for a commit.
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
        await self._transactions.aclose()

    @property
    def healthy(self) -> bool:
        """Whether records are still being committed."""
        return self._task is not None and not self._task.done()

    async def append(self, record: DecisionRecord | OutcomeRecord) -> None:
        """Write a record, waiting for room and then for the commit.

        Raises:
            StorageError: The record is not in the log.
        """
        await (await self._queued(record))

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
        """Write much feedback, some at a time: whatever else waits shares each commit.

        Returns:
            For each what `append_feedback` gives, or why the record is not in the log.
        """
        results: list[FeedbackRecord | StorageError] = []
        for first in range(0, len(records), _AT_ONCE):
            some = records[first : first + _AT_ONCE]
            waiting: list[asyncio.Future[Record]] = []
            with suppress(WriterStopped):
                for record in some:
                    waiting.append(await self._queued(record))  # noqa: PERF401 - what was queued counts
            stored = await asyncio.gather(*waiting, return_exceptions=True)
            results += map(_standing, some, stored)
            if len(stored) < len(some):
                break
        return [*results, *(WriterStopped() for _ in records[len(results) :])]

    def begin(
        self, record: DecisionRecord | OutcomeRecord | AnswerRecord
    ) -> asyncio.Future[Record]:
        """Write a record while the caller does something else.

        Returns:
            Done when the record is committed; failed with a `StorageError` when it is not.

        Raises:
            StorageError: Too many records wait already, or the writer does not run.
        """
        waiting = self._waiting(record)
        try:
            self._inbox.put_now(waiting)
        except Full:
            raise WriterOverloaded from None
        except Closed:
            raise WriterStopped from None
        return waiting.stored

    async def _queued(self, record: Record) -> asyncio.Future[Record]:
        waiting = self._waiting(record)
        try:
            await self._inbox.put(waiting)
        except Closed:
            raise WriterStopped from None
        return waiting.stored

    def _waiting(self, record: Record) -> _Waiting:
        if not self.healthy:
            raise WriterStopped
        return _Waiting(record, asyncio.get_running_loop().create_future())

    async def _run(self) -> None:
        while batch := await self._inbox.take():
            self._writing = batch
            await self._commit(batch)

    def _stop(self, _: "asyncio.Task[None]") -> None:
        """However it came to this, nobody is left waiting."""
        self._inbox.close()
        for waiting in [*self._writing, *self._inbox.rest()]:
            waiting.settle(WriterStopped())

    async def _commit(self, batch: list[_Waiting]) -> None:
        batch.sort(key=lambda waiting: KINDS.index(type(waiting.record)))
        results: Sequence[Record | StorageError]
        try:
            results = await self._write([waiting.record for waiting in batch])
        except StorageError as fault:
            results = [fault] * len(batch)
        for waiting, result in zip(batch, results, strict=True):
            waiting.settle(result)

    async def _write(self, records: Sequence[Record]) -> Sequence[Record | StorageError]:
        """Write all in one go; where a row is at fault, one by one, so that it fails alone."""
        try:
            return await self._transactions.run(
                lambda connection: self._inserting.insert(connection, records)
            )
        except RowRefused:
            return await self._transactions.run(
                lambda connection: self._inserting.insert_each(connection, records)
            )


def _standing(
    record: FeedbackRecord, stored: Record | BaseException
) -> FeedbackRecord | StorageError:
    if isinstance(stored, FeedbackRecord | StorageError):
        return stored
    if isinstance(stored, BaseException):
        raise stored
    return record
