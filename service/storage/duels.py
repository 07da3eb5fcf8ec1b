"""The table of duels: which two answered, what the second answer and the judge cost, who won.

A row is made before the second model is asked, with the most that its answer can cost; what the
judge can cost is added before the judge is asked. Whoever has made the row carries the duel out,
and nobody else ever does: not after a restart, and not on another replica.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from service.storage.days import of_day
from service.storage.engine import reading, writing
from service.storage.tables import duels


@dataclass(frozen=True, slots=True)
class DuelRecord:
    """One request that two models answer; each field is a column."""

    decision_id: str
    """Of the first answer."""

    second_id: str
    """The decision of the second."""

    route: str
    at: datetime
    answer: str
    """What the client gets: ``first`` or ``winner``."""

    judge: str
    """The model that compares."""

    source: str
    probability: float
    """With which the request was drawn."""

    first_model: str
    second_model: str
    answer_usd: float
    """What the second answer cost; until that is known, the most that it can."""

    judging_usd: float = 0.0
    """What the judge cost; while it is asked, the most that it can."""

    status: str = "open"
    """``open``, ``judged``, ``filed`` as a preference, or ``failed``."""

    attempts: int = 0
    """Calls of the judge; two are one for each order."""

    difference: float | None = None
    """How much better the first answer is, in ``[-1, 1]``; 0 is a tie."""

    reason: str | None = None
    """The judge's; of a failed one, why there is no comparison."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of some of a route's duels."""

    duels: int
    failed: int
    """Those that came to no comparison."""

    answers_usd: float
    """Second answers, with what is set aside for those that are not there yet."""

    judging_usd: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How a model did against another one."""

    model: str
    against: str
    wins: int
    losses: int
    ties: int


class DuelLog:
    """Opens, closes and counts duels; every method raises `StorageError` where it cannot."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def open(self, record: DuelRecord, budget_usd: float) -> bool:
        """Set aside what a second answer can cost, or tell that the day's budget has no room.

        No two do this at once in the whole database, so what all replicas spend in a day is
        within the budget.
        """
        async with writing(self._engine) as connection:
            if not await _fits(connection, record, budget_usd):
                return False
            await connection.execute(insert(duels).values(_values(record)))
            return True

    async def afford(self, record: DuelRecord, budget_usd: float) -> bool:
        """Set aside what the judge can cost in the row of a duel, or tell that there is no room."""
        async with writing(self._engine) as connection:
            if not await _fits(connection, record, budget_usd):
                return False
            await connection.execute(_CLOSE, {"about": record.decision_id} | _values(record))
            return True

    async def close(self, record: DuelRecord) -> None:
        """Keep what became of a duel that was opened."""
        async with writing(self._engine) as connection:
            await connection.execute(_CLOSE, {"about": record.decision_id} | _values(record))

    async def not_filed(self, limit: int = 1000) -> Sequence[DuelRecord]:
        """Duels that were judged and may not have become feedback, oldest first."""
        asked = select(*_COLUMNS).where(duels.c.status == "judged").order_by(duels.c.seq)
        async with reading(self._engine) as connection:
            rows = await connection.execute(asked.limit(limit))
            return [DuelRecord(**row) for row in rows.mappings()]

    async def of(self, decision_id: str) -> DuelRecord | None:
        """The duel whose first or second answer is this decision's."""
        either = or_(duels.c.decision_id == decision_id, duels.c.second_id == decision_id)
        asked = select(*_COLUMNS).where(either)
        async with reading(self._engine) as connection:
            row = (await connection.execute(asked)).mappings().first()
            return None if row is None else DuelRecord(**row)

    async def tally(self, route: str, day: datetime | None = None) -> Tally:
        """How many duels a route had, and what they cost; of one day, or ever."""
        where = (duels.c.route == route,) if day is None else of_day(duels, route, day)
        asked = select(
            func.count(),
            func.count(case((duels.c.status == "failed", 1))),
            _total("answer_usd"),
            _total("judging_usd"),
        )
        async with reading(self._engine) as connection:
            return Tally(*(await connection.execute(asked.where(*where))).one())

    async def standings(self, route: str) -> Sequence[Standing]:
        """How often each model won over each other one; by their names."""
        async with reading(self._engine) as connection:
            rows = (await connection.execute(_SCORES, {"route": route})).mappings()
            return [Standing(**row) for row in rows]


async def _fits(connection: AsyncConnection, record: DuelRecord, budget_usd: float) -> bool:
    """Whether a duel is within its day's budget beside all others."""
    others = (*of_day(duels, record.route, record.at), duels.c.decision_id != record.decision_id)
    spent = select(_total("answer_usd") + _total("judging_usd")).where(*others)
    most = record.answer_usd + record.judging_usd
    return (await connection.scalar(spent) or 0.0) + most <= budget_usd


def _values(record: DuelRecord) -> dict[str, object]:
    return {column.name: getattr(record, column.name) for column in _COLUMNS}


def _total(column: str) -> ColumnElement[float]:
    return func.coalesce(func.sum(duels.c[column]), 0.0)


def _seen_from(model: str, against: str, sign: int) -> Select[Any]:
    return select(
        duels.c[model].label("model"),
        duels.c[against].label("against"),
        (sign * duels.c.difference).label("difference"),
    ).where(duels.c.route == bindparam("route"), duels.c.difference.is_not(None))


_COLUMNS = [duels.c[each.name] for each in fields(DuelRecord)]
_CLOSE = update(duels).where(duels.c.decision_id == bindparam("about"))
_SEEN = union_all(
    _seen_from("first_model", "second_model", 1), _seen_from("second_model", "first_model", -1)
).subquery()
_SCORES = (
    select(
        *_SEEN.c["model", "against"],
        func.count(case((_SEEN.c.difference > 0, 1))).label("wins"),
        func.count(case((_SEEN.c.difference < 0, 1))).label("losses"),
        func.count(case((_SEEN.c.difference == 0, 1))).label("ties"),
    )
    .group_by(*_SEEN.c["model", "against"])
    .order_by(*_SEEN.c["model", "against"])
)
