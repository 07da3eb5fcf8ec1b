"""The log: decisions, outcomes, feedback, and the snapshots that shorten its replay.

Times are whole microseconds since 1970 UTC: exact, and the same type in every database.
`seq` is never used twice, not even after rows were deleted by hand, or a reader that remembers
the last one it saw would take a new row for an old one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _seq() -> "sa.Column[int]":
    return sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def upgrade() -> None:
    """Make the four tables."""
    _make_decisions()
    _make_outcomes()
    _make_feedback()
    _make_snapshots()


def _make_decisions() -> None:
    op.create_table(
        "decisions",
        _seq(),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("context_version", sa.String(), nullable=False),
        sa.Column("context", sa.LargeBinary(), nullable=False),
        sa.Column("candidates", sa.LargeBinary(), nullable=False),
        sa.Column("chosen", sa.String(), nullable=False),
        sa.Column("propensity", sa.Double(), nullable=False),
        sa.Column("cost_weight", sa.Double(), nullable=False),
        sa.Column("latency_weight", sa.Double(), nullable=False),
        sa.Column("prompt_hash", sa.String(), nullable=False),
        sa.Column("prompt", sa.Text()),
        sa.Column("session_id", sa.String()),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_decisions"),
        sa.UniqueConstraint("id", name="uq_decisions_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decisions_route_chosen", "decisions", ["route", "chosen"])


def _make_outcomes() -> None:
    op.create_table(
        "outcomes",
        _seq(),
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("http_status", sa.Integer()),
        sa.Column("tokens_in", sa.Integer()),
        sa.Column("tokens_out", sa.Integer()),
        sa.Column("cost_usd", sa.Double()),
        sa.Column("latency_seconds", sa.Double()),
        sa.Column("time_to_first_token_seconds", sa.Double()),
        sa.PrimaryKeyConstraint("seq", name="pk_outcomes"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name="fk_outcomes_decision_id_decisions"
        ),
        sa.CheckConstraint(
            "status IN ('ok', 'error', 'cancelled')", name=op.f("ck_outcomes_status")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outcomes_decision_id_status_seq", "outcomes", ["decision_id", "status", "seq"]
    )
    op.create_index("ix_outcomes_status_seq", "outcomes", ["status", "seq"])


def _make_feedback() -> None:
    op.create_table(
        "feedback",
        _seq(),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("quality", sa.Double(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text()),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.String()),
        sa.PrimaryKeyConstraint("seq", name="pk_feedback"),
        sa.UniqueConstraint("id", name="uq_feedback_id"),
        sa.UniqueConstraint("idempotency_key", name="uq_feedback_idempotency_key"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name="fk_feedback_decision_id_decisions"
        ),
        sa.CheckConstraint("quality >= 0 AND quality <= 1", name=op.f("ck_feedback_quality")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_feedback_decision_id_source_seq", "feedback", ["decision_id", "source", "seq"]
    )


def _make_snapshots() -> None:
    op.create_table(
        "snapshots",
        _seq(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("feedback_seq", sa.BigInteger(), nullable=False),
        sa.Column("outcome_seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_snapshots"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_snapshots_name_seq", "snapshots", ["name", "seq"])


def downgrade() -> None:
    """Drop the four tables, and all that was ever learned."""
    op.drop_table("snapshots")
    op.drop_table("feedback")
    op.drop_table("outcomes")
    op.drop_table("decisions")
