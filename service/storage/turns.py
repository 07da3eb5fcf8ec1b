"""The latest turn of a conversation, as the log has it."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, bindparam, func, or_, select

from service.storage.ordered import ordered
from service.storage.rated import called, latest_outcome
from service.storage.tables import decisions, outcomes


class LastTurn(msgspec.Struct, frozen=True):
    """Who answered in a conversation last, and what it had been sent."""

    model: str
    tokens_in: int
    """Of the request, as estimated."""

    at: datetime


LAST_TURN: Select[Any] = (
    select(
        *ordered(
            LastTurn,
            func.coalesce(outcomes.c.model, decisions.c.chosen).label("model"),
            *decisions.c["tokens_in", "at"],
        )
    )
    .join_from(decisions, outcomes, outcomes.c.seq == latest_outcome(), isouter=True)
    .where(decisions.c.conversation == bindparam("conversation"))
    .where(decisions.c.key.is_not_distinct_from(bindparam("key")))
    .where(or_(outcomes.c.seq.is_not(None), ~called()))
    .order_by(decisions.c.seq.desc())
    .limit(1)
)
"""Of one key's conversation.

Turns at which every call failed are passed over; one without a call known was the chosen's.
"""
