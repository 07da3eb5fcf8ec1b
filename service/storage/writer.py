"""The one writer: everything that waits goes into one transaction.

A commit costs a write to the disk however many rows it holds, so whatever arrives while one
commit runs shares the next.
"""

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, fields
from itertools import groupby
from types import TracebackType
from typing import Self

from sqlalchemy import Insert, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bandit.errors import StorageError
from service.storage.engine import writing
from service.storage.faults import RowRefused, told
from service.storage.inbox import Closed, Full, Inbox
from service.storage.records import AnswerRecord, DecisionRecord, FeedbackRecord, OutcomeRecord
from service.storage.tables import answers, decisions, feedback, outcomes

Record = DecisionRecord | OutcomeRecord | AnswerRecord | FeedbackRecord

_TABLES: dict[type[Record], Table] = {
    DecisionRecord: decisions,
    OutcomeRecord: outcomes,
    AnswerRecord: answers,
    FeedbackRecord: feedback,
}
_KINDS = list(_TABLES)
"""In the order of writing: a decision before what refers to it."""

_AT_ONCE = 40
"""Rows of much feedback in one commit: more would keep decisions waiting for theirs."""

_COLUMNS = {kind: tuple(field.name for field in fields(kind)) for kind in _KINDS}


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
        self._engine = engine
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
        batch.sort(key=lambda waiting: _KINDS.index(type(waiting.record)))
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
            async with writing(self._engine) as connection:
                return await _insert(connection, records)
        except RowRefused:
            async with writing(self._engine) as connection:
                return [await _insert_alone(connection, record) for record in records]


def _standing(
    record: FeedbackRecord, stored: Record | BaseException
) -> FeedbackRecord | StorageError:
    if isinstance(stored, FeedbackRecord | StorageError):
        return stored
    if isinstance(stored, BaseException):
        raise stored
    return record


async def _insert_alone(connection: AsyncConnection, record: Record) -> Record | StorageError:
    try:
        with told():
            async with connection.begin_nested():
                return (await _insert(connection, [record]))[0]
    except RowRefused as refusal:
        return refusal


async def _insert(connection: AsyncConnection, records: Sequence[Record]) -> list[Record]:
    """Insert records, sorted by kind; gives for each the one that stands in the log."""
    for kind, group in groupby(records, key=type):
        rows = [{name: getattr(record, name) for name in _COLUMNS[kind]} for record in group]
        await connection.execute(_statement(kind, connection.dialect.name), rows)
    earlier = await _by_key(connection, {_key(record) for record in records} - {None})
    return [earlier.get(_key(record), record) for record in records]


def _statement(kind: type[Record], dialect: str) -> Insert:
    """The insertion; of feedback, one that leaves an earlier row with the same key in its place."""
    if kind is not FeedbackRecord:
        return insert(_TABLES[kind]).inline()
    key = [feedback.c.idempotency_key]
    if dialect == "postgresql":
        return postgresql.insert(feedback).on_conflict_do_nothing(index_elements=key).inline()
    return sqlite.insert(feedback).on_conflict_do_nothing(index_elements=key).inline()


def _key(record: Record) -> str | None:
    return record.idempotency_key if isinstance(record, FeedbackRecord) else None


async def _by_key(
    connection: AsyncConnection, keys: AbstractSet[str | None]
) -> dict[str | None, FeedbackRecord]:
    if not keys:
        return {}
    columns = [feedback.c[name] for name in _COLUMNS[FeedbackRecord]]
    rows = await connection.execute(select(*columns).where(feedback.c.idempotency_key.in_(keys)))
    return {row["idempotency_key"]: FeedbackRecord(**row) for row in rows.mappings()}
