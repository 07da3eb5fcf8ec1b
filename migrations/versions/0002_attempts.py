"""Several calls for one decision, why models were left out, conversations, and whose price it was."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DECISIONS = ("left_out", "rule", "conversation")
_OUTCOMES = ("tokens_cached_in", "tokens_reasoning_out", "price_version", "attempt")


def upgrade() -> None:
    """Add the columns; decisions of before left nobody out, and each had one call."""
    asked: list[sa.Column[Any]] = [
        sa.Column("left_out", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("rule", sa.String()),
        sa.Column("conversation", sa.String()),
    ]
    called: list[sa.Column[Any]] = [
        sa.Column("tokens_cached_in", sa.Integer()),
        sa.Column("tokens_reasoning_out", sa.Integer()),
        sa.Column("price_version", sa.String()),
        sa.Column("attempt", sa.Integer(), nullable=False, server_default="1"),
    ]
    for column in asked:
        op.add_column("decisions", column)
    for column in called:
        op.add_column("outcomes", column)
    op.create_index("ix_decisions_conversation_seq", "decisions", ["conversation", "seq"])


def downgrade() -> None:
    """Drop the columns again."""
    op.drop_index("ix_decisions_conversation_seq", "decisions")
    for name in _OUTCOMES:
        op.drop_column("outcomes", name)
    for name in _DECISIONS:
        op.drop_column("decisions", name)
