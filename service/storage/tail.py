"""The ends of the log: what was committed since the fold last read, in the order of the log."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from feedback.entry import Completed
from service.storage.judged import EARLIER, JUDGED, Hearing
from service.storage.ordered import Row, ordered
from service.storage.quarantines import LATEST
from service.storage.tables import decisions, feedback, outcomes
from service.storage.transactions import reads
from service.storage.words import context


class Page(msgspec.Struct, frozen=True):
    """A stretch of the feedback log, as it was read."""

    rows: Sequence[Row]
    hearing: Hearing
    """Makes entries of the rows, once and in their order; some at a time, since it takes as long as
    to read them."""

    end: int
    """Where the feedback log ended once it was read."""

    quarantine_seq: int
    """Where the log of quarantines did."""


class Tail:
    """Reads on in the logs that the fold follows.

    Every method raises `StorageError` when the database cannot be asked.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._reads = reads(engine)

    async def feedback_after(self, seq: int, limit: int) -> Page:
        """Read on in the feedback log from after `seq`."""
        return await self._reads.run(lambda connection: _page(connection, seq, limit))

    async def outcomes_after(self, seq: int, limit: int) -> list[Completed]:
        """Read on in the log of successful outcomes from after `seq`."""
        asked = {"after": seq, "limit": limit}
        return await self._reads.run(
            lambda connection: [Completed(*row) for row in connection.execute(_COMPLETED, asked)]
        )

    async def quarantine_seq(self) -> int:
        """Tell where the log of quarantines ends."""
        return await self._reads.run(_quarantine_seq)


def _page(connection: Connection, seq: int, limit: int) -> Page:
    rows = connection.execute(JUDGED, {"after": seq, "limit": limit}).all()
    earlier: Iterable[Row] = ()
    if rows:
        earlier = connection.execute(EARLIER, {"after": seq, "last": rows[-1].seq})
    return Page(rows, Hearing(earlier), *connection.execute(_ENDS).one())


def _quarantine_seq(connection: Connection) -> int:
    return int(connection.execute(LATEST).scalar_one())


_ENDS = select(
    select(func.coalesce(func.max(feedback.c.seq), 0)).scalar_subquery(),
    LATEST.scalar_subquery(),
)

_COMPLETED: Select[Any] = (
    select(
        *ordered(
            Completed,
            *outcomes.c["seq", "decision_id", "model"],
            *outcomes.c["tokens_in", "tokens_out", "cost_usd", "latency_seconds"],
            *decisions.c["route", "context_version"],
            context(),
        )
    )
    .join_from(outcomes, decisions)
    .where(outcomes.c.status == "ok", outcomes.c.seq > bindparam("after"))
    .order_by(outcomes.c.seq)
    .limit(bindparam("limit"))
)
