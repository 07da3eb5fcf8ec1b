"""The table of alarms: what was found amiss, from when until when, and who was told.

What is found raises one alarm, whichever replica finds it and however often; the alarm stands until
a look finds it no more, and what comes back after that is a new one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, case, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from service import clock
from service.storage.engine import reading, writing
from service.storage.tables import alarms

Status = Literal["open", "acknowledged", "resolved"]
Event = Literal["opened", "resolved"]

_TOLD_WITHIN = timedelta(days=1)
"""For so long it is tried to tell of an event."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that may be amiss."""

    kind: Literal["segment", "drift"]
    route: str
    subject: str
    """A tag, or a model."""

    measured: Mapping[str, float] = field(default_factory=dict)
    feedback_seq: int | None = None
    """The rating that told, of what happened once; None of what is looked up anew each time."""

    @property
    def key(self) -> tuple[str, str, str]:
        """Of several with one key, one alarm stands."""
        return self.kind, self.route, self.subject


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm; each field is a column."""

    seq: int
    id: str
    kind: Literal["segment", "drift"]
    route: str
    subject: str
    measured: Mapping[str, float]
    """As it was found when the alarm was raised."""

    feedback_seq: int | None
    opened_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    resolved_at: datetime | None
    opened_told_at: datetime | None
    resolved_told_at: datetime | None
    tried_at: datetime | None
    """When somebody last set out to tell of it."""

    @property
    def status(self) -> Status:
        """What stands is open until somebody has seen it."""
        if self.resolved_at is not None:
            return "resolved"
        return "open" if self.acknowledged_at is None else "acknowledged"

    @property
    def event(self) -> Event:
        """Which is to be told of next."""
        return "opened" if self.opened_told_at is None else "resolved"


class Alarms:
    """Raises, resolves and finds alarms; every method raises `StorageError` where it cannot."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def settle(
        self, found: Collection[Condition], holding: Collection[Condition], heard: int
    ) -> None:
        """Raise what is found and does not stand, and resolve what stands and holds no more.

        Args:
            found: What is amiss.
            holding: What is not amiss any more by so much that an alarm on it would end.
            heard: Up to where in the log of feedback whoever looked had learned; an alarm of a
                later rating is left to those who know it.
        """
        keys = {one.key for one in (*found, *holding)}
        async with writing(self._engine) as connection:
            standing = await _all(connection, alarms.c.resolved_at.is_(None))
            for alarm in standing:
                if (alarm.kind, alarm.route, alarm.subject) not in keys and (
                    alarm.feedback_seq or 0
                ) <= heard:
                    await connection.execute(_of(alarm.id).values(resolved_at=clock.now()))
            up = {(alarm.kind, alarm.route, alarm.subject) for alarm in standing}
            for one in found:
                if one.key not in up and not await _was_raised(connection, one):
                    await connection.execute(insert(alarms).values(_opened(one)))

    async def latest(self, status: Status | None, limit: int = 1000) -> Sequence[Alarm]:
        """Give the latest alarms first, all or those of a status."""
        async with reading(self._engine) as connection:
            return await _all(connection, _has(status), limit=limit, order=alarms.c.seq.desc())

    async def acknowledge(self, alarm_id: str, by: str | None) -> Alarm | None:
        """Note that somebody has seen an alarm; who was first stays. None where there is none."""
        first = _of(alarm_id).where(alarms.c.acknowledged_at.is_(None))
        async with writing(self._engine) as connection:
            await connection.execute(first.values(acknowledged_at=clock.now(), acknowledged_by=by))
            found = await _all(connection, alarms.c.id == alarm_id)
            return found[0] if found else None

    async def to_tell(self, after: timedelta) -> Alarm | None:
        """Claim an alarm of which an event is not told yet; None where there is no such.

        Nobody else gets it until so much time is over; then it can be claimed again, for whoever
        had it may be gone.
        """
        now = clock.now()
        rested = or_(alarms.c.tried_at.is_(None), alarms.c.tried_at < now - after)
        never_first = (case((alarms.c.tried_at.is_(None), 0), else_=1), alarms.c.tried_at)
        async with writing(self._engine) as connection:
            due = await _all(connection, _untold(now), rested, limit=1, order=never_first)
            if not due:
                return None
            await connection.execute(_of(due[0].id).values(tried_at=now))
            return due[0]

    async def told(self, alarm: Alarm) -> None:
        """Note that somebody was told of the alarm's next event."""
        values = {f"{alarm.event}_told_at": clock.now(), "tried_at": None}
        async with writing(self._engine) as connection:
            await connection.execute(_of(alarm.id).values(values))


async def _all(
    connection: AsyncConnection,
    *which: ColumnElement[bool],
    limit: int | None = None,
    order: Any = alarms.c.seq,  # noqa: ANN401 one column or several
) -> list[Alarm]:
    columns = [alarms.c[each.name] for each in fields(Alarm)]
    orders = order if isinstance(order, tuple) else (order,)
    asked = select(*columns).where(*which).order_by(*orders).limit(limit)
    return [Alarm(**row) for row in (await connection.execute(asked)).mappings()]


async def _was_raised(connection: AsyncConnection, one: Condition) -> bool:
    """Whether what happened once has had its alarm, which is over."""
    if one.feedback_seq is None:
        return False
    columns = (alarms.c.kind, alarms.c.route, alarms.c.subject)
    same = and_(*(column == value for column, value in zip(columns, one.key, strict=True)))
    asked = select(alarms.c.seq).where(same, alarms.c.feedback_seq >= one.feedback_seq)
    return (await connection.execute(asked.limit(1))).first() is not None


def _opened(one: Condition) -> dict[str, object]:
    return {
        "id": clock.alarm_id(),
        "kind": one.kind,
        "route": one.route,
        "subject": one.subject,
        "measured": one.measured,
        "feedback_seq": one.feedback_seq,
        "opened_at": clock.now(),
    }


def _of(alarm_id: str) -> Any:  # noqa: ANN401 SQLAlchemy's own type is no longer than this one
    return update(alarms).where(alarms.c.id == alarm_id)


def _has(status: Status | None) -> ColumnElement[bool]:
    over, seen = alarms.c.resolved_at.is_not(None), alarms.c.acknowledged_at.is_not(None)
    match status:
        case "resolved":
            return over
        case "acknowledged":
            return and_(~over, seen)
        case "open":
            return and_(~over, ~seen)
        case None:
            return alarms.c.seq.is_not(None)


def _untold(now: datetime) -> ColumnElement[bool]:
    earliest = now - _TOLD_WITHIN
    opened, resolved = alarms.c.opened_told_at, alarms.c.resolved_told_at
    return or_(
        and_(opened.is_(None), alarms.c.opened_at >= earliest),
        and_(opened.is_not(None), resolved.is_(None), alarms.c.resolved_at >= earliest),
    )
