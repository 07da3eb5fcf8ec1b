"""What answers should have been, as far as their senders stand by it."""

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec
from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from service.export.pages import pages
from service.storage.quarantines import audible
from service.storage.tables import answers, decisions, demonstrations, feedback
from service.storage.words import stands
from service.transcripts import Turn, turns_of


class ExportedDemonstration(msgspec.Struct, frozen=True):
    """A better answer, and what it is better than."""

    feedback_id: str
    at: datetime
    source: str
    metric: str
    route: str
    decision_id: str
    model: str
    prompt: str | None
    """Only where the configuration says that prompts are stored."""

    messages: tuple[Turn, ...] | None
    """The conversation, where prompts are stored and it is nothing but text."""

    answer: str | None
    """What was answered; only where the configuration says that answers are stored."""

    demonstration: str
    """What the answer should have been."""

    quality: float
    """How much of the answer could stay."""

    comment: str | None
    tags: tuple[str, ...]
    rater: str | None


async def exported_demonstrations(
    engine: AsyncEngine, since: datetime | None = None
) -> AsyncIterator[ExportedDemonstration]:
    """The demonstrations that stand and that no quarantine silences, from the earliest.

    Raises:
        StorageError: The database cannot be asked.
    """
    async for row in pages(engine, _DEMONSTRATIONS, since):
        yield _exported(row)


def _exported(row: RowMapping) -> ExportedDemonstration:
    told = {name: row[name] for name in row if name not in {"seq", "id", "messages"}}
    messages = None if row["messages"] is None else turns_of(row["messages"])
    return ExportedDemonstration(feedback_id=row["id"], messages=messages, **told)


_DEMONSTRATIONS = (
    select(
        *feedback.c["seq", "id", "at", "source", "metric", "decision_id", "model", "quality"],
        *feedback.c["comment", "tags", "rater"],
        *decisions.c["route", "prompt", "messages"],
        answers.c.text.label("answer"),
        demonstrations.c.text.label("demonstration"),
    )
    .join_from(feedback, demonstrations, demonstrations.c.feedback_id == feedback.c.id)
    .join(decisions, decisions.c.id == feedback.c.decision_id)
    .outerjoin(answers, answers.c.decision_id == feedback.c.decision_id)
    .where(stands(), audible(feedback), feedback.c.seq > bindparam("after"))
    .where(feedback.c.at >= bindparam("since", type_=feedback.c.at.type))
    .order_by(feedback.c.seq)
    .limit(bindparam("limit"))
)
