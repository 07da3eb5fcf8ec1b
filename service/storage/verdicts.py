"""The table of verdicts: what is judged, by whom, at what cost, and what was said.

A row is made before the judge is asked, with the most that it can cost. Whoever has made it judges
the answer, and nobody else ever does: not after a restart, and not on another replica.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from service.storage.days import of_day
from service.storage.engine import reading, writing
from service.storage.tables import verdicts

_COLUMNS = verdicts.c[
    "decision_id",
    "source",
    "route",
    "judge",
    "at",
    "status",
    "probability",
    "cost_usd",
    "attempts",
    "score",
    "reason",
]


@dataclass(frozen=True, slots=True)
class VerdictRecord:
    """One answer that is judged; each field is a column."""

    decision_id: str
    source: str
    route: str
    judge: str
    """The model that judges, or the kind of judge that is none."""

    at: datetime
    probability: float
    """With which the answer was picked."""

    cost_usd: float
    """What it cost; until that is known, the most that it can."""

    status: str = "open"
    """``open``, ``scored``, ``filed`` as feedback, or ``failed``."""

    attempts: int = 0
    score: float | None = None
    reason: str | None = None
    """The judge's; of a failed one, why there is no verdict."""


@dataclass(frozen=True, slots=True)
class Today:
    """What a route's judge did since midnight, UTC."""

    judged: int
    failed: int
    cost_usd: float
    """With what is set aside for calls that are not over."""


class Verdicts:
    """Opens, closes and finds verdicts; every method raises `StorageError` where it cannot."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def open(self, record: VerdictRecord, budget_usd: float | None) -> bool:
        """Set aside what a verdict can cost, and claim its answer; or tell that neither may be.

        No two do this at once in the whole database, so what all replicas spend in a day is
        within the budget.
        """
        async with writing(self._engine) as connection:
            if await _is_claimed(connection, record):
                return False
            if budget_usd is not None and await _left(connection, record, budget_usd) < 0:
                return False
            await connection.execute(insert(verdicts).values(_values(record)))
            return True

    async def close(self, record: VerdictRecord) -> None:
        """Keep what became of a verdict that was opened."""
        async with writing(self._engine) as connection:
            await connection.execute(
                _CLOSE, {"about": record.decision_id, "whose": record.source} | _values(record)
            )

    async def not_filed(self, source: str, limit: int = 1000) -> Sequence[VerdictRecord]:
        """Verdicts that were given and may not have become feedback, oldest first."""
        asked = (
            select(*_COLUMNS)
            .where(verdicts.c.status == "scored", verdicts.c.source == source)
            .order_by(verdicts.c.seq)
            .limit(limit)
        )
        async with reading(self._engine) as connection:
            return [VerdictRecord(**row) for row in (await connection.execute(asked)).mappings()]

    async def on(self, decision_id: str) -> Sequence[VerdictRecord]:
        """The verdicts on a decision's answer, in their order."""
        asked = select(*_COLUMNS).where(verdicts.c.decision_id == decision_id)
        async with reading(self._engine) as connection:
            rows = await connection.execute(asked.order_by(verdicts.c.seq))
            return [VerdictRecord(**row) for row in rows.mappings()]

    async def today(self, route: str, now: datetime) -> Today:
        """What a route's judge did since midnight."""
        asked = select(_counted("scored", "filed"), _counted("failed"), _COST)
        async with reading(self._engine) as connection:
            row = (await connection.execute(asked.where(*of_day(verdicts, route, now)))).one()
        return Today(*row)


async def _is_claimed(connection: AsyncConnection, record: VerdictRecord) -> bool:
    asked = select(verdicts.c.seq).where(
        verdicts.c.decision_id == record.decision_id, verdicts.c.source == record.source
    )
    return await connection.scalar(asked) is not None


async def _left(connection: AsyncConnection, record: VerdictRecord, budget_usd: float) -> float:
    """What would be left of a day's budget."""
    spent = await connection.scalar(select(_COST).where(*of_day(verdicts, record.route, record.at)))
    return budget_usd - (spent or 0.0) - record.cost_usd


def _counted(*statuses: str) -> ColumnElement[int]:
    return func.count(case((verdicts.c.status.in_(statuses), 1)))


def _values(record: VerdictRecord) -> dict[str, object]:
    return {column.name: getattr(record, column.name) for column in _COLUMNS}


_COST = func.coalesce(func.sum(verdicts.c.cost_usd), 0.0)
_CLOSE = update(verdicts).where(
    verdicts.c.decision_id == bindparam("about"), verdicts.c.source == bindparam("whose")
)
