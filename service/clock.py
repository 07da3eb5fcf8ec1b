"""The one place that makes times and ids."""

from datetime import UTC, datetime

import uuid_utils


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def decision_id() -> str:
    """A new decision's id; later ones sort after earlier ones (RFC 9562, version 7)."""
    return f"dec_{uuid_utils.uuid7().hex}"


def feedback_id() -> str:
    """A new feedback's id; later ones sort after earlier ones."""
    return f"fb_{uuid_utils.uuid7().hex}"
