"""Rated decisions, as off-policy estimates want them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.arrays import Vector
from feedback.entry import QUALITY
from service.storage.engine import reading
from service.storage.quarantines import audible
from service.storage.records import DUEL, ScoredCandidate
from service.storage.tables import decisions, duels, feedback, outcomes
from service.storage.words import context

_BEGINNING = datetime.fromisoformat("1970-01-01T00:00:00Z")


@dataclass(frozen=True, slots=True)
class RatedDecision:
    """A decision, what one source thinks of it by now, and what the call came to."""

    seq: int
    policy: str
    context: Vector
    """Shape ``(d,)``."""

    candidates: tuple[ScoredCandidate, ...]
    chosen: str
    propensity: float
    cost_weight: float
    latency_weight: float
    quality: float
    """The standing word of the source, in ``[0, 1]``."""

    cost_usd: float | None
    """Of the latest successful outcome, as the rest; None where none is known."""

    latency_seconds: float | None
    duelled: bool = False
    """Whether it was made for a duel, or its answer given only if it won one: who rates such an
    answer has seen the better of two."""


async def rated_decisions(
    engine: AsyncEngine,
    route: str,
    source: str,
    since: datetime | None = None,
    page: int = 500,
) -> AsyncIterator[RatedDecision]:
    """The decisions of a route that a source rated, from the earliest, a page at a time.

    Args:
        engine: Of a database that is migrated.
        route: Whose decisions.
        source: Who rated; of several words about one decision the last stands.
        since: The earliest decision, UTC; the first of the log, otherwise.
        page: How many are asked for at a time.

    Raises:
        StorageError: The database cannot be asked.
    """
    asked = {"route": route, "source": source, "since": since or _BEGINNING, "limit": page}
    after = 0
    while True:
        async with reading(engine) as connection:
            rows = list((await connection.execute(_RATED, {**asked, "after": after})).mappings())
        for row in rows:
            yield RatedDecision(**row)
        if len(rows) < page:
            return
        after = rows[-1]["seq"]


async def sources_of(engine: AsyncEngine, route: str) -> tuple[str, ...]:
    """Who rated decisions of a route at all, by name.

    Raises:
        StorageError: The database cannot be asked.
    """
    async with reading(engine) as connection:
        return tuple((await connection.execute(_SOURCES, {"route": route})).scalars())


def standing_word() -> ScalarSelect[Any]:
    """The `seq` of the latest word of ``source`` about a decision's quality, taken back or not."""
    word = feedback.alias("word")
    return (
        select(func.max(word.c.seq))
        .where(word.c.subject == decisions.c.id, word.c.source == bindparam("source"))
        .where(word.c.metric == QUALITY, audible(word))
        .scalar_subquery()
    )


def latest_outcome() -> ScalarSelect[Any]:
    """The `seq` of a decision's latest successful outcome."""
    ok = outcomes.alias("ok")
    return (
        select(func.max(ok.c.seq))
        .where(ok.c.decision_id == decisions.c.id, ok.c.status == "ok")
        .scalar_subquery()
    )


def called() -> ColumnElement[bool]:
    """Whether any call for a decision is known, however it ended."""
    any_ = outcomes.alias("any")
    return select(any_.c.seq).where(any_.c.decision_id == decisions.c.id).exists()


def duelled() -> ColumnElement[bool]:
    """Whether a decision was made to be compared with another, or given only if it won."""
    for_the_winner = select(duels.c.seq).where(
        duels.c.decision_id == decisions.c.id, duels.c.answer == "winner"
    )
    return or_(decisions.c.policy == DUEL, for_the_winner.exists()).label("duelled")


_RATED = (
    select(
        *decisions.c["seq", "policy", "candidates", "chosen", "propensity"],
        *decisions.c["cost_weight", "latency_weight"],
        context(),
        duelled(),
        feedback.c.quality,
        *outcomes.c["cost_usd", "latency_seconds"],
    )
    .join_from(decisions, feedback, and_(feedback.c.seq == standing_word(), ~feedback.c.retracts))
    .outerjoin(outcomes, outcomes.c.seq == latest_outcome())
    .where(decisions.c.route == bindparam("route"), decisions.c.seq > bindparam("after"))
    .where(decisions.c.at >= bindparam("since", type_=decisions.c.at.type))
    .order_by(decisions.c.seq)
    .limit(bindparam("limit"))
)

_SOURCES = (
    select(feedback.c.source)
    .join_from(feedback, decisions, feedback.c.decision_id == decisions.c.id)
    .where(decisions.c.route == bindparam("route"), feedback.c.metric == QUALITY)
    .where(feedback.c.against.is_(None))
    .distinct()
    .order_by(feedback.c.source)
)
