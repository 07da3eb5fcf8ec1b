"""What is asked of the log."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from feedback.entry import QUALITY
from feedback.raters import Spoken
from service.caller import Caller
from service.storage.engine import reading
from service.storage.quarantines import audible
from service.storage.records import DecisionRecord, FeedbackRecord, OutcomeRecord
from service.storage.selection import Answered, Asked, answered, asked_in
from service.storage.spoken import spoken
from service.storage.tables import answers, decisions, feedback, outcomes
from service.storage.traffic import Seen, seen
from service.storage.transactions import reads
from service.storage.turns import LAST_TURN, LastTurn
from service.storage.visible import is_visible, seen_by, visible
from service.storage.words import stands

_Row = dict[str, Any]
"""Of a result, by the columns' names."""

Who = tuple[str, str | None, str | None]
"""Source, key and rater."""


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision and all that came of it, each in the order it was written."""

    decision: DecisionRecord
    outcomes: tuple[OutcomeRecord, ...]
    feedback: tuple[FeedbackRecord, ...]
    answer: str | None = None
    """What was answered, where that is kept."""

    @property
    def served(self) -> str | None:
        """The model of the latest successful outcome; None where none is known."""
        return next((o.model for o in reversed(self.outcomes) if o.status == "ok"), None)


@dataclass(frozen=True, slots=True)
class ModelTotals:
    """What one route's log says about one model; means are absent rather than made up."""

    model: str
    decisions: int = 0
    """In which it was chosen."""

    outcomes_ok: int = 0
    outcomes_failed: int = 0
    """Errors; calls that the client gave up are in neither count."""

    feedback: int = 0
    """Standing words: one for each decision and source."""

    quality_mean: float | None = None
    """Of the standing words."""

    cost_usd_mean: float | None = None
    """Of successful outcomes that know it."""

    latency_seconds_mean: float | None = None
    """Of successful outcomes that know it."""


class Reader:
    """Reads what is committed.

    Every method raises `StorageError` when the database cannot be asked.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reads = reads(engine)

    async def decision(self, decision_id: str, caller: Caller) -> StoredDecision | None:
        """Look up a decision with its outcomes and feedback, as far as it is there for a caller."""
        async with reading(self._engine) as connection:
            found = await _rows(connection, _DECISION, id=decision_id, **seen_by(caller))
            if not found:
                return None
            called = _of(OutcomeRecord, outcomes, "decision_id")
            return StoredDecision(
                DecisionRecord(**found[0]),
                tuple(
                    OutcomeRecord(**row) for row in await _rows(connection, called, id=decision_id)
                ),
                tuple(
                    FeedbackRecord(**row)
                    for row in await _rows(connection, _WORDS_ON, id=decision_id)
                ),
                await connection.scalar(_ANSWER, {"id": decision_id}),
            )

    async def has(self, decision_id: str, caller: Caller) -> bool:
        """Tell whether there is a decision for a caller."""
        async with reading(self._engine) as connection:
            return bool(await _rows(connection, _HAS, id=decision_id, **seen_by(caller)))

    async def answer(self, decision_id: str) -> str | None:
        """Look up what was answered, where that is kept."""
        async with reading(self._engine) as connection:
            kept: str | None = await connection.scalar(_ANSWER, {"id": decision_id})
            return kept

    async def standing_word(self, feedback_id: str, caller: Caller) -> FeedbackRecord | None:
        """Look up a word that nothing has taken the place of, on what is there for a caller."""
        async with reading(self._engine) as connection:
            rows = await _rows(connection, _STANDING, id=feedback_id, **seen_by(caller))
            return FeedbackRecord(**rows[0]) if rows else None

    async def weight_since(self, sources: Collection[str], since: datetime) -> dict[Who, float]:
        """Sum up what sources said after a time, for each with its key and rater: in ratings."""
        async with reading(self._engine) as connection:
            rows = await _rows(connection, _WEIGHT, sources=list(sources), since=since)
            return {(row["source"], row["key"], row["rater"]): row["weight"] for row in rows}

    async def spoken(self, route: str, limit: int) -> list[Spoken]:
        """Give the latest ratings of a route's answers that stand and are heard."""
        return await spoken(self._engine, route, limit)

    async def seen(self, route: str, since: datetime | None) -> list[Seen]:
        """Give a route's latest decisions with the words that stand on them, up to 10,000."""
        return await seen(self._engine, route, since)

    async def answered(self, route: str, before: datetime, most: int) -> Answered | None:
        """Give a route's latest answers until a time, and by whom each was rated."""
        return await answered(self._engine, route, before, most)

    async def asked_in(self, ids: Collection[str]) -> dict[str, Asked]:
        """Look up what was asked in decisions, by their ids."""
        return await asked_in(self._engine, ids)

    async def last_turn(self, conversation: str, key: str | None = None) -> LastTurn | None:
        """Look up who answered in a key's conversation last."""
        asked = {"conversation": conversation, "key": key}
        row = await self._reads.run(lambda connection: connection.execute(LAST_TURN, asked).first())
        return None if row is None else LastTurn(*row)

    async def route_totals(self, route: str) -> list[ModelTotals]:
        """Sum a route's whole log up, by model."""
        async with reading(self._engine) as connection:
            chosen = await _rows(connection, _CHOSEN, route=route)
            called = await _rows(connection, _CALLED, route=route)
            rated = await _rows(connection, _RATED, route=route)
        return _merged([*chosen, *called, *rated])


async def _rows(
    connection: AsyncConnection, statement: Select[Any], **parameters: object
) -> list[_Row]:
    result = await connection.execute(statement, parameters)
    names = tuple(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result]


def _merged(rows: Iterable[_Row]) -> list[ModelTotals]:
    """Put each model's rows together, sorted by its name."""
    by_model: dict[str, dict[str, Any]] = {}
    for row in rows:
        by_model.setdefault(row["model"], {}).update(row)
    return [ModelTotals(**by_model[model]) for model in sorted(by_model)]


def _of(record: type[msgspec.Struct], table: Table, key: str) -> Select[Any]:
    """Select the rows that became `record`, by the decision's id."""
    return (
        select(*table.c[record.__struct_fields__])
        .where(table.c[key] == bindparam("id"))
        .order_by(table.c.seq)
    )


_CHOSEN = (
    select(decisions.c.chosen.label("model"), func.count().label("decisions"))
    .where(decisions.c.route == bindparam("route"))
    .group_by(decisions.c.chosen)
)


def _counted(status: str) -> ColumnElement[int]:
    return func.count(case((outcomes.c.status == status, 1)))


def _mean_of_ok(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.avg(case((outcomes.c.status == "ok", column)))


_CALLED = (
    select(
        outcomes.c.model,
        _counted("ok").label("outcomes_ok"),
        _counted("error").label("outcomes_failed"),
        _mean_of_ok(outcomes.c.cost_usd).label("cost_usd_mean"),
        _mean_of_ok(outcomes.c.latency_seconds).label("latency_seconds_mean"),
    )
    .join_from(outcomes, decisions)
    .where(decisions.c.route == bindparam("route"))
    .group_by(outcomes.c.model)
)


_RATED = (
    select(
        feedback.c.model,
        func.count().label("feedback"),
        func.avg(feedback.c.quality).label("quality_mean"),
    )
    .join_from(feedback, decisions)
    .where(decisions.c.route == bindparam("route"), feedback.c.metric == QUALITY)
    .where(feedback.c.against.is_(None), stands(), audible(feedback))
    .group_by(feedback.c.model)
)

_WEIGHT = (
    select(*feedback.c["source", "key", "rater"], func.sum(feedback.c.weight).label("weight"))
    .where(feedback.c.source.in_(bindparam("sources", expanding=True)))
    .where(feedback.c.at > bindparam("since", type_=feedback.c.at.type), ~feedback.c.retracts)
    .group_by(*feedback.c["source", "key", "rater"])
)

_DECISION = _of(DecisionRecord, decisions, "id").where(visible())

_HAS = select(decisions.c.seq).where(decisions.c.id == bindparam("id"), visible())

_STANDING = _of(FeedbackRecord, feedback, "id").where(
    stands(),
    is_visible(feedback.c.decision_id),
    feedback.c.against.is_(None) | is_visible(feedback.c.against),
)

_ANSWER: Select[tuple[str]] = select(answers.c.text).where(answers.c.decision_id == bindparam("id"))

_WORDS_ON = (
    select(*feedback.c[FeedbackRecord.__struct_fields__])
    .where(or_(feedback.c.decision_id == bindparam("id"), feedback.c.against == bindparam("id")))
    .order_by(feedback.c.seq)
)
