"""The log: append-only tables, and the snapshots that shorten its replay.

Every table has a `seq` that rises in the order in which rows become visible, so that a reader
that remembers the last one it saw misses nothing.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from service.storage.columns import Candidates, Floats, FreeText, Instant, Numbers, Strings, Texts

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _seq() -> Column[int]:
    """SQLite numbers rows only where the type is exactly INTEGER."""
    return Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def _decision_id() -> Column[str]:
    return Column("decision_id", String, ForeignKey("decisions.id"), nullable=False)


decisions = Table(
    "decisions",
    metadata,
    _seq(),
    Column("id", String, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("route", String, nullable=False),
    Column("policy", String, nullable=False),
    Column("context_version", String, nullable=False),
    Column("context", Floats, nullable=False),
    Column("candidates", Candidates, nullable=False),
    Column("chosen", String, nullable=False),
    Column("propensity", Double, nullable=False),
    Column("cost_weight", Double, nullable=False),
    Column("latency_weight", Double, nullable=False),
    Column("prompt_hash", String, nullable=False),
    Column("prompt", FreeText),
    Column("session_id", String),
    Column("tags", Strings, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("left_out", Texts, nullable=False),
    Column("rule", String),
    Column("conversation", String),
    Column("messages", FreeText),
    Column("key", String),
    Index(None, "route", "chosen"),
    Index(None, "route", "seq"),
    Index(None, "conversation", "seq"),
    sqlite_autoincrement=True,
)

outcomes = Table(
    "outcomes",
    metadata,
    _seq(),
    _decision_id(),
    Column("at", Instant, nullable=False),
    Column("model", String, nullable=False),
    Column("status", String, nullable=False),
    Column("reason", Text),
    Column("http_status", Integer),
    Column("tokens_in", Integer),
    Column("tokens_out", Integer),
    Column("tokens_cached_in", Integer),
    Column("tokens_reasoning_out", Integer),
    Column("cost_usd", Double),
    Column("price_version", String),
    Column("latency_seconds", Double),
    Column("time_to_first_token_seconds", Double),
    Column("attempt", Integer, nullable=False),
    CheckConstraint("status IN ('ok', 'error', 'cancelled')", name="status"),
    Index(None, "decision_id", "status", "seq"),
    Index(None, "status", "seq"),
    sqlite_autoincrement=True,
)

answers = Table(
    "answers",
    metadata,
    _seq(),
    _decision_id(),
    Column("text", FreeText, nullable=False),
    UniqueConstraint("decision_id"),
    sqlite_autoincrement=True,
)

feedback = Table(
    "feedback",
    metadata,
    _seq(),
    Column("id", String, nullable=False, unique=True),
    _decision_id(),
    Column("at", Instant, nullable=False),
    Column("source", String, nullable=False),
    Column("model", String, nullable=False),
    Column("quality", Double, nullable=False),
    Column("given", Text, nullable=False),
    Column("comment", FreeText),
    Column("tags", Strings, nullable=False),
    Column("idempotency_key", String, unique=True),
    Column("subject", String, nullable=False),
    Column("metric", String, nullable=False),
    Column("against", String),
    Column("against_model", String),
    Column("weight", Double, nullable=False),
    Column("retracts", Boolean, nullable=False),
    Column("rater", String),
    Column("key", String),
    CheckConstraint("quality >= 0 AND quality <= 1", name="quality"),
    Index(None, "subject", "source", "metric", "seq"),
    Index(None, "decision_id"),
    Index(
        None,
        "against",
        sqlite_where=text("against IS NOT NULL"),
        postgresql_where=text("against IS NOT NULL"),
    ),
    Index(None, "source", "at"),
    sqlite_autoincrement=True,
)

demonstrations = Table(
    "demonstrations",
    metadata,
    _seq(),
    Column("feedback_id", String, ForeignKey("feedback.id"), nullable=False),
    Column("text", FreeText, nullable=False),
    UniqueConstraint("feedback_id"),
    sqlite_autoincrement=True,
)

verdicts = Table(
    "verdicts",
    metadata,
    _seq(),
    _decision_id(),
    Column("source", String, nullable=False),
    Column("route", String, nullable=False),
    Column("judge", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("status", String, nullable=False),
    Column("probability", Double, nullable=False),
    Column("cost_usd", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("score", Double),
    Column("reason", FreeText),
    CheckConstraint("status IN ('open', 'scored', 'filed', 'failed')", name="status"),
    UniqueConstraint("decision_id", "source"),
    Index(None, "route", "at"),
    Index(None, "status"),
    sqlite_autoincrement=True,
)

duels = Table(
    "duels",
    metadata,
    _seq(),
    _decision_id(),
    Column("second_id", String, nullable=False),
    Column("route", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("answer", String, nullable=False),
    Column("judge", String, nullable=False),
    Column("source", String, nullable=False),
    Column("status", String, nullable=False),
    Column("probability", Double, nullable=False),
    Column("first_model", String, nullable=False),
    Column("second_model", String, nullable=False),
    Column("answer_usd", Double, nullable=False),
    Column("judging_usd", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("difference", Double),
    Column("reason", FreeText),
    CheckConstraint("status IN ('open', 'judged', 'filed', 'failed')", name="status"),
    UniqueConstraint("decision_id"),
    Index(None, "second_id"),
    Index(None, "route", "at"),
    Index(None, "status"),
    sqlite_autoincrement=True,
)

quarantines = Table(
    "quarantines",
    metadata,
    _seq(),
    Column("at", Instant, nullable=False),
    Column("source", String),
    Column("rater", String),
    Column("since", Instant, nullable=False),
    Column("lifts", Boolean, nullable=False),
    Column("key", String),
    Index(None, "source", "rater", "seq"),
    sqlite_autoincrement=True,
)

alarms = Table(
    "alarms",
    metadata,
    _seq(),
    Column("id", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("route", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("measured", Numbers, nullable=False),
    Column("feedback_seq", BigInteger),
    Column("opened_at", Instant, nullable=False),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", FreeText),
    Column("resolved_at", Instant),
    Column("opened_told_at", Instant),
    Column("resolved_told_at", Instant),
    Column("tried_at", Instant),
    CheckConstraint("kind IN ('segment', 'drift')", name="kind"),
    Index(
        "uq_alarms_open",
        "kind",
        "route",
        "subject",
        unique=True,
        sqlite_where=text("resolved_at IS NULL"),
        postgresql_where=text("resolved_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

snapshots = Table(
    "snapshots",
    metadata,
    _seq(),
    Column("name", String, nullable=False),
    Column("feedback_seq", BigInteger, nullable=False),
    Column("outcome_seq", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("sha256", String, nullable=False),
    Index(None, "name", "seq"),
    sqlite_autoincrement=True,
)
