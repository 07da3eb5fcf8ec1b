"""What is asked of the log."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    FromClause,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from feedback.entry import Completed, Judged
from service.storage.columns import CandidateModels, Floats
from service.storage.engine import reading
from service.storage.records import DecisionRecord, FeedbackRecord, OutcomeRecord
from service.storage.tables import decisions, feedback, outcomes
from service.storage.turns import LAST_TURN, LastTurn


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision and all that came of it, each in the order it was written."""

    decision: DecisionRecord
    outcomes: tuple[OutcomeRecord, ...]
    feedback: tuple[FeedbackRecord, ...]

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

    async def decision(self, decision_id: str) -> StoredDecision | None:
        """Look up a decision with its outcomes and feedback."""
        async with reading(self._engine) as connection:
            found = await _rows(connection, _of(DecisionRecord, decisions, "id"), id=decision_id)
            if not found:
                return None
            called = _of(OutcomeRecord, outcomes, "decision_id")
            rated = _of(FeedbackRecord, feedback, "decision_id")
            return StoredDecision(
                DecisionRecord(**found[0]),
                tuple(
                    OutcomeRecord(**row) for row in await _rows(connection, called, id=decision_id)
                ),
                tuple(
                    FeedbackRecord(**row) for row in await _rows(connection, rated, id=decision_id)
                ),
            )

    async def feedback_after(self, seq: int, limit: int) -> list[Judged]:
        """Read on in the feedback log, in order, from after `seq`."""
        async with reading(self._engine) as connection:
            rows = await _rows(connection, _JUDGED, after=seq, limit=limit)
            return [Judged(**row) for row in rows]

    async def outcomes_after(self, seq: int, limit: int) -> list[Completed]:
        """Read on in the log of successful outcomes, in order, from after `seq`."""
        async with reading(self._engine) as connection:
            rows = await _rows(connection, _COMPLETED, after=seq, limit=limit)
            return [Completed(**row) for row in rows]

    async def last_turn(self, conversation: str) -> LastTurn | None:
        """Look up who answered in a conversation last."""
        async with reading(self._engine) as connection:
            rows = await _rows(connection, LAST_TURN, conversation=conversation)
            return LastTurn(**rows[0]) if rows else None

    async def route_totals(self, route: str) -> list[ModelTotals]:
        """Sum a route's whole log up, by model."""
        async with reading(self._engine) as connection:
            chosen = await _rows(connection, _CHOSEN, route=route)
            called = await _rows(connection, _CALLED, route=route)
            rated = await _rows(connection, _RATED, route=route)
        return _merged([*chosen, *called, *rated])


async def _rows(
    connection: AsyncConnection, statement: Select[Any], **parameters: object
) -> list[RowMapping]:
    return list((await connection.execute(statement, parameters)).mappings())


def _merged(rows: Iterable[RowMapping]) -> list[ModelTotals]:
    """Put each model's rows together, sorted by its name."""
    by_model: dict[str, dict[str, Any]] = {}
    for row in rows:
        by_model.setdefault(row["model"], {}).update(row)
    return [ModelTotals(**by_model[model]) for model in sorted(by_model)]


def _of(record: type[Any], table: Table, key: str) -> Select[Any]:
    """Select the rows that became `record`, by the decision's id."""
    columns = [table.c[field.name] for field in fields(record)]
    return select(*columns).where(table.c[key] == bindparam("id")).order_by(table.c.seq)


def _previous() -> ColumnElement[float | None]:
    """The quality that the same source gave the same decision just before."""
    earlier = feedback.alias("earlier")
    return (
        select(earlier.c.quality)
        .where(_same_word(earlier))
        .where(earlier.c.seq < feedback.c.seq)
        .order_by(earlier.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )


def _first_seq() -> ColumnElement[int]:
    """Where the same source first said something of the same decision."""
    first = feedback.alias("first_word")
    return select(func.min(first.c.seq)).where(_same_word(first)).scalar_subquery()


def _same_word(other: FromClause) -> ColumnElement[bool]:
    """Whether another row is of the same source on the same decision."""
    return and_(other.c.decision_id == feedback.c.decision_id, other.c.source == feedback.c.source)


def _latest_outcome() -> ColumnElement[int | None]:
    """The `seq` of the latest successful outcome that was known when the feedback was taken.

    A later one would tell a replay more than the first reading was told.
    """
    ok = outcomes.alias("ok")
    return (
        select(func.max(ok.c.seq))
        .where(ok.c.decision_id == feedback.c.decision_id, ok.c.status == "ok")
        .where(ok.c.at <= feedback.c.at)
        .scalar_subquery()
    )


def _context() -> ColumnElement[Any]:
    return type_coerce(decisions.c.context, Floats(np.float64)).label("context")


_JUDGED = (
    select(
        *feedback.c["seq", "decision_id", "model", "source", "quality", "at"],
        *decisions.c["route", "context_version", "chosen", "propensity"],
        *decisions.c["cost_weight", "latency_weight"],
        *outcomes.c["cost_usd", "latency_seconds"],
        _context(),
        type_coerce(decisions.c.candidates, CandidateModels()).label("candidates"),
        _previous().label("previous"),
        _first_seq().label("first_seq"),
    )
    .join_from(feedback, decisions)
    .outerjoin(outcomes, outcomes.c.seq == _latest_outcome())
    .where(feedback.c.seq > bindparam("after"))
    .order_by(feedback.c.seq)
    .limit(bindparam("limit"))
)

_COMPLETED = (
    select(
        *outcomes.c["seq", "decision_id", "model", "at"],
        *outcomes.c["tokens_in", "tokens_out", "cost_usd", "latency_seconds"],
        *decisions.c["route", "context_version"],
        _context(),
    )
    .join_from(outcomes, decisions)
    .where(outcomes.c.status == "ok", outcomes.c.seq > bindparam("after"))
    .order_by(outcomes.c.seq)
    .limit(bindparam("limit"))
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


def _corrected() -> ColumnElement[bool]:
    """Whether the same source spoke of the same decision again."""
    later = feedback.alias("later")
    return (
        select(later.c.seq)
        .where(
            and_(
                later.c.decision_id == feedback.c.decision_id,
                later.c.source == feedback.c.source,
                later.c.seq > feedback.c.seq,
            )
        )
        .exists()
    )


_RATED = (
    select(
        feedback.c.model,
        func.count().label("feedback"),
        func.avg(feedback.c.quality).label("quality_mean"),
    )
    .join_from(feedback, decisions)
    .where(decisions.c.route == bindparam("route"), ~_corrected())
    .group_by(feedback.c.model)
)
