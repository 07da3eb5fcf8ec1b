"""Decisions with what came of them, for whoever learns or estimates from the log."""

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec
from sqlalchemy import RowMapping, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.objective import Objective
from service.export.pages import pages
from service.storage.rated import duelled, latest_outcome, standing_word
from service.storage.records import ScoredCandidate
from service.storage.tables import answers, decisions, feedback, outcomes
from service.storage.words import context


class ExportedDecision(msgspec.Struct, frozen=True):
    """A decision, what its source thinks of it by now, and what the call came to."""

    decision_id: str
    at: datetime
    route: str
    policy: str
    """``direct`` where the client named the model, ``duel`` of a second answer."""

    context_version: str
    context: list[float]
    candidates: tuple[ScoredCandidate, ...]
    chosen: str
    propensity: float
    """The probability with which `chosen` was chosen; each candidate has its own."""

    duelled: bool
    """Whether it was made for a duel, or its answer given only if it won one."""

    cost_weight: float
    latency_weight: float
    served: str | None
    """Who answered: after a failure another than `chosen`."""

    cost_usd: float | None
    latency_seconds: float | None
    quality: float | None
    reward: float | None
    """Quality minus what cost and latency count for; None where a part of it is not known."""

    session_id: str | None
    tags: tuple[str, ...]
    prompt_hash: str
    prompt: str | None
    """Only where the configuration says that prompts are stored."""

    answer: str | None
    """Only where it says so of answers."""

    key: str | None
    """The name of the key that the request came with."""


async def exported_decisions(
    engine: AsyncEngine, source: str, route: str | None = None, since: datetime | None = None
) -> AsyncIterator[ExportedDecision]:
    """The decisions of a route, or of all, from the earliest.

    Args:
        engine: Of a database that is migrated.
        source: Whose ratings are quality.
        route: Whose decisions.
        since: The earliest decision, UTC; the first of the log, otherwise.

    Raises:
        StorageError: The database cannot be asked.
    """
    statement = _DECISIONS if route is None else _DECISIONS.where(decisions.c.route == route)
    async for row in pages(engine, statement, since, source=source):
        yield _exported(row)


def _exported(row: RowMapping) -> ExportedDecision:
    told = {name: row[name] for name in row if name not in {"seq", "id"}}
    told["context"] = row["context"].tolist()
    return ExportedDecision(decision_id=row["id"], reward=_reward(row), **told)


def _reward(row: RowMapping) -> float | None:
    unpriced = row["cost_weight"] and row["cost_usd"] is None
    untimed = row["latency_weight"] and row["latency_seconds"] is None
    if row["quality"] is None or unpriced or untimed:
        return None
    objective = Objective(row["cost_weight"], row["latency_weight"])
    return objective.reward(row["quality"], row["cost_usd"] or 0.0, row["latency_seconds"] or 0.0)


_DECISIONS = (
    select(
        *decisions.c["seq", "id", "at", "route", "policy", "context_version", "candidates"],
        *decisions.c["chosen", "propensity", "cost_weight", "latency_weight", "session_id"],
        *decisions.c["tags", "prompt_hash", "prompt", "key"],
        context(),
        duelled(),
        feedback.c.quality,
        outcomes.c.model.label("served"),
        *outcomes.c["cost_usd", "latency_seconds"],
        answers.c.text.label("answer"),
    )
    .select_from(decisions)
    .outerjoin(feedback, and_(feedback.c.seq == standing_word(), ~feedback.c.retracts))
    .outerjoin(outcomes, outcomes.c.seq == latest_outcome())
    .outerjoin(answers, answers.c.decision_id == decisions.c.id)
    .where(decisions.c.seq > bindparam("after"))
    .where(decisions.c.at >= bindparam("since", type_=decisions.c.at.type))
    .order_by(decisions.c.seq)
    .limit(bindparam("limit"))
)
