"""Feedback as it was said, and preferences as they stand."""

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec
from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from service.export.pages import pages
from service.storage.tables import decisions, feedback
from service.storage.words import stands


class ExportedFeedback(msgspec.Struct, frozen=True):
    """One word of the feedback log."""

    feedback_id: str
    at: datetime
    source: str
    metric: str
    decision_id: str
    model: str
    against: str | None
    against_model: str | None
    quality: float
    """Of a preference, one half plus half of how much better `decision_id` is than `against`."""

    weight: float
    given: msgspec.Raw
    """What was sent."""

    comment: str | None
    tags: tuple[str, ...]
    rater: str | None
    retracts: bool
    stands: bool
    """Whether it says something, and nothing has taken its place."""


class ExportedPreference(msgspec.Struct, frozen=True):
    """Which of two answers to a prompt is the better one."""

    feedback_id: str
    at: datetime
    source: str
    route: str
    prompt_hash: str
    prompt: str | None
    """Only where the configuration says that prompts are stored."""

    winner: str
    winner_model: str
    loser: str
    loser_model: str
    strength: float
    """From 0, a tie, to 1."""


async def exported_feedback(
    engine: AsyncEngine, since: datetime | None = None
) -> AsyncIterator[ExportedFeedback]:
    """Every word from the earliest, those that were corrected or taken back included.

    Raises:
        StorageError: The database cannot be asked.
    """
    async for row in pages(engine, _FEEDBACK, since):
        told = {name: row[name] for name in row if name not in {"seq", "id", "given"}}
        given = msgspec.Raw(row["given"].encode())
        yield ExportedFeedback(feedback_id=row["id"], given=given, **told)


async def exported_preferences(
    engine: AsyncEngine, since: datetime | None = None
) -> AsyncIterator[ExportedPreference]:
    """The preferences that stand, from the earliest; of a tie, the earlier decision is the winner.

    Raises:
        StorageError: The database cannot be asked.
    """
    async for row in pages(engine, _PREFERENCES, since):
        yield _preference(row)


def _preference(row: RowMapping) -> ExportedPreference:
    sides = [(row["decision_id"], row["model"]), (row["against"], row["against_model"])]
    difference = 2.0 * row["quality"] - 1.0
    (winner, winner_model), (loser, loser_model) = sides if difference >= 0.0 else sides[::-1]
    return ExportedPreference(
        feedback_id=row["id"],
        at=row["at"],
        source=row["source"],
        route=row["route"],
        prompt_hash=row["prompt_hash"],
        prompt=row["prompt"],
        winner=winner,
        winner_model=winner_model,
        loser=loser,
        loser_model=loser_model,
        strength=abs(difference),
    )


_WORDS = (
    select(
        *feedback.c["seq", "id", "at", "source", "metric", "decision_id", "model", "against"],
        *feedback.c["against_model", "quality", "weight", "given", "comment", "tags", "rater"],
        feedback.c.retracts,
    )
    .where(feedback.c.seq > bindparam("after"))
    .where(feedback.c.at >= bindparam("since", type_=feedback.c.at.type))
    .order_by(feedback.c.seq)
    .limit(bindparam("limit"))
)
_FEEDBACK = _WORDS.add_columns(stands().label("stands"))
_PREFERENCES = (
    _WORDS.add_columns(*decisions.c["route", "prompt_hash", "prompt"])
    .join_from(feedback, decisions, feedback.c.decision_id == decisions.c.id)
    .where(feedback.c.against.is_not(None), stands())
)
