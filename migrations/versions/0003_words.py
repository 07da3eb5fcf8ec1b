"""Feedback of more kinds: metrics, preferences, shares of a rating, words taken back, raters."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OLD, _NEW = "ix_feedback_decision_id_source_seq", "ix_feedback_subject_source_metric_seq"


def upgrade() -> None:
    """Add the columns; all feedback of before is a plain rating of one decision."""
    columns: list[sa.Column[Any]] = [
        sa.Column("subject", sa.String(), nullable=False, server_default=""),
        sa.Column("metric", sa.String(), nullable=False, server_default="quality"),
        sa.Column("against", sa.String()),
        sa.Column("against_model", sa.String()),
        sa.Column("weight", sa.Double(), nullable=False, server_default="1"),
        sa.Column("retracts", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("rater", sa.String()),
    ]
    for column in columns:
        op.add_column("feedback", column)
    op.execute("UPDATE feedback SET subject = decision_id")
    op.create_index(_NEW, "feedback", ["subject", "source", "metric", "seq"])
    op.create_index("ix_feedback_decision_id", "feedback", ["decision_id"])
    op.create_index("ix_feedback_against", "feedback", ["against"])
    op.drop_index(_OLD, "feedback")


def downgrade() -> None:
    """Drop the columns again; what was no plain rating would be taken for one, so it goes."""
    op.execute(
        "DELETE FROM feedback"
        " WHERE against IS NOT NULL OR metric <> 'quality' OR retracts OR weight <> 1"
    )
    op.create_index(_OLD, "feedback", ["decision_id", "source", "seq"])
    for name in (_NEW, "ix_feedback_decision_id", "ix_feedback_against"):
        op.drop_index(name, "feedback")
    for name in ("subject", "metric", "against", "against_model", "weight", "retracts", "rater"):
        op.drop_column("feedback", name)
