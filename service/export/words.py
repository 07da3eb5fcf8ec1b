"""Feedback as it was said, and preferences as they stand."""

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec
from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from service.export.pages import pages
from service.storage.quarantines import audible
from service.storage.tables import answers, decisions, feedback
from service.storage.words import stands
from service.transcripts import Turn, turns_of


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
    """Whether it says something, nothing has taken its place, and no quarantine silences it."""

    key: str | None
    """The name of the key that it was posted with."""


class ExportedPreference(msgspec.Struct, frozen=True):
    """Which of two answers to a prompt is the better one."""

    feedback_id: str
    at: datetime
    source: str
    route: str
    prompt_hash: str
    prompt: str | None
    """Only where the configuration says that prompts are stored."""

    messages: tuple[Turn, ...] | None
    """The conversation, where it is kept and both answers are to the very same."""

    winner: str
    winner_model: str
    winner_answer: str | None
    """Only where the configuration says that answers are stored."""

    loser: str
    loser_model: str
    loser_answer: str | None
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
    """The preferences that stand and that no quarantine silences, from the earliest.

    Of a tie, the earlier decision is the winner.

    Raises:
        StorageError: The database cannot be asked.
    """
    async for row in pages(engine, _PREFERENCES, since):
        yield _preference(row)


def _preference(row: RowMapping) -> ExportedPreference:
    sides = [
        (row["decision_id"], row["model"], row["answer"]),
        (row["against"], row["against_model"], row["against_answer"]),
    ]
    difference = 2.0 * row["quality"] - 1.0
    better, worse = sides if difference >= 0.0 else sides[::-1]
    is_same = row["messages"] is not None and row["messages"] == row["against_messages"]
    return ExportedPreference(
        feedback_id=row["id"],
        at=row["at"],
        source=row["source"],
        route=row["route"],
        prompt_hash=row["prompt_hash"],
        prompt=row["prompt"],
        messages=turns_of(row["messages"]) if is_same else None,
        winner=better[0],
        winner_model=better[1],
        winner_answer=better[2],
        loser=worse[0],
        loser_model=worse[1],
        loser_answer=worse[2],
        strength=abs(difference),
    )


_WORDS = (
    select(
        *feedback.c["seq", "id", "at", "source", "metric", "decision_id", "model", "against"],
        *feedback.c["against_model", "quality", "weight", "given", "comment", "tags", "rater"],
        *feedback.c["retracts", "key"],
    )
    .where(feedback.c.seq > bindparam("after"))
    .where(feedback.c.at >= bindparam("since", type_=feedback.c.at.type))
    .order_by(feedback.c.seq)
    .limit(bindparam("limit"))
)
_FEEDBACK = _WORDS.add_columns((stands() & audible(feedback)).label("stands"))

_OTHER, _OTHER_ANSWER = decisions.alias("other"), answers.alias("other_answer")
_PREFERENCES = (
    _WORDS.add_columns(
        *decisions.c["route", "prompt_hash", "prompt", "messages"],
        _OTHER.c.messages.label("against_messages"),
        answers.c.text.label("answer"),
        _OTHER_ANSWER.c.text.label("against_answer"),
    )
    .join_from(feedback, decisions, feedback.c.decision_id == decisions.c.id)
    .join(_OTHER, _OTHER.c.id == feedback.c.against)
    .outerjoin(answers, answers.c.decision_id == feedback.c.decision_id)
    .outerjoin(_OTHER_ANSWER, _OTHER_ANSWER.c.decision_id == feedback.c.against)
    .where(feedback.c.against.is_not(None), stands(), audible(feedback))
)
