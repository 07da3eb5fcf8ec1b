"""The one place that makes times and ids."""

import re
from datetime import UTC, datetime

import uuid_utils

_DECISION = re.compile(r"dec_([0-9a-f]{12})7[0-9a-f]{3}[89ab][0-9a-f]{15}")


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def decision_id() -> str:
    """A new decision's id; later ones sort after earlier ones (RFC 9562, version 7)."""
    return f"dec_{uuid_utils.uuid7().hex}"


def decided_at(decision_id: str) -> datetime | None:
    """When an id of `decision_id`'s shape was made, to the millisecond; of no other is it known.

    >>> decided_at("dec_0195953b3b007000800000000000002a").isoformat()
    '2025-03-14T15:17:21.792000+00:00'
    >>> decided_at("dec_nowhere")
    """
    match = _DECISION.fullmatch(decision_id)
    return None if match is None else datetime.fromtimestamp(int(match[1], 16) / 1000, UTC)


def alarm_id() -> str:
    """A new alarm's id; later ones sort after earlier ones."""
    return f"al_{uuid_utils.uuid7().hex}"


def feedback_id() -> str:
    """A new feedback's id; later ones sort after earlier ones."""
    return f"fb_{uuid_utils.uuid7().hex}"
