"""A route's latest decisions, read for the report by segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any

import numpy as np
from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from feedback.entry import QUALITY
from feedback.segments.tags import value_of
from feedback.segments.traffic import Labels, Said, Traffic
from service.storage.engine import reading
from service.storage.quarantines import audible
from service.storage.rated import latest_outcome
from service.storage.records import DUEL, ScoredCandidate
from service.storage.tables import decisions, feedback, outcomes
from service.storage.words import stands

MOST_DECISIONS = 10_000
_PAGE = 100
"""Rows made into objects at once: a few milliseconds, between which requests have their turn."""

_BEGINNING = datetime.fromisoformat("1970-01-01T00:00:00Z")
_BEYOND = 2**62


@dataclass(frozen=True, slots=True)
class Seen:
    """One decision, as far as it is summed up."""

    tags: tuple[str, ...]
    model: str
    explored: bool
    expected: float
    cost_usd: float
    said: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Quality and weight of the words that stand, by source."""


async def seen(
    engine: AsyncEngine, route: str, since: datetime | None = None, most: int = MOST_DECISIONS
) -> list[Seen]:
    """Read a route's latest decisions, the latest first, with the words that stand on them.

    Second answers of duels are not among them: no client asked for them.

    Raises:
        StorageError: The database cannot be asked.
    """
    asked = {"route": route, "since": since or _BEGINNING, "limit": _PAGE}
    found, before = list[Seen](), _BEYOND
    while len(found) < most:
        async with reading(engine) as connection:
            rows = list(
                (await connection.execute(_DECIDED, {**asked, "before": before})).mappings()
            )
            ids = {"ids": [row["id"] for row in rows]}
            words = list((await connection.execute(_WORDS, ids)).mappings()) if rows else []
        found += _with_words(rows, words)
        if len(rows) < _PAGE:
            break
        before = rows[-1]["seq"]
    return found[:most]


def traffic_of(found: Sequence[Seen], key: str) -> Traffic:
    """Put decisions into arrays, by the value that each one's tags give a key."""
    return Traffic(
        segments=Labels.of(value_of(one.tags, key) for one in found),
        models=Labels.of(one.model for one in found),
        explored=np.array([one.explored for one in found], np.bool_),
        expected=np.array([one.expected for one in found], np.float64),
        cost_usd=np.array([one.cost_usd for one in found], np.float64),
        said={
            source: _said(found, source)
            for source in sorted({s for one in found for s in one.said})
        },
    )


def _said(found: Sequence[Seen], source: str) -> Said:
    words = np.array([one.said.get(source, (0.0, 0.0)) for one in found])
    return Said(words[:, 0], words[:, 1])


def _with_words(rows: Sequence[RowMapping], words: Sequence[RowMapping]) -> list[Seen]:
    said: dict[str, dict[str, tuple[float, float]]] = {row["id"]: {} for row in rows}
    for word in words:
        said[word["subject"]][word["source"]] = (word["quality"], word["weight"])
    return [_seen(row, said[row["id"]]) for row in rows]


def _seen(row: RowMapping, said: Mapping[str, tuple[float, float]]) -> Seen:
    candidates: tuple[ScoredCandidate, ...] = row["candidates"]
    model = row["served"] or row["chosen"]
    believed = next((one for one in candidates if one.model == model), None)
    return Seen(
        tags=row["tags"],
        model=model,
        explored=_explored(candidates, row["chosen"]),
        expected=believed.quality_mean if believed and believed.quality_std > 0.0 else np.nan,
        cost_usd=np.nan if row["cost_usd"] is None else row["cost_usd"],
        said=said,
    )


def _explored(candidates: Sequence[ScoredCandidate], chosen: str) -> bool:
    """Whether another candidate looked better, by what was believed before anything was drawn."""
    looks = {one.model: one.utility - one.sampled_quality + one.quality_mean for one in candidates}
    return looks.get(chosen, -inf) < max(looks.values(), default=-inf) - 1e-9


_DECIDED: Any = (
    select(
        *decisions.c["seq", "id", "tags", "chosen", "candidates"],
        outcomes.c.model.label("served"),
        outcomes.c.cost_usd,
    )
    .select_from(decisions)
    .outerjoin(outcomes, outcomes.c.seq == latest_outcome())
    .where(decisions.c.route == bindparam("route"), decisions.c.seq < bindparam("before"))
    .where(decisions.c.at >= bindparam("since", type_=decisions.c.at.type))
    .where(decisions.c.policy != DUEL)
    .order_by(decisions.c.seq.desc())
    .limit(bindparam("limit"))
)

_WORDS: Any = (
    select(*feedback.c["subject", "source", "quality", "weight"])
    .where(feedback.c.subject.in_(bindparam("ids", expanding=True)))
    .where(feedback.c.metric == QUALITY, feedback.c.against.is_(None))
    .where(feedback.c.weight > 0.0, stands(), audible(feedback))
)
