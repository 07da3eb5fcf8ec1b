"""Duels: one row for each request that two models answer, made before the second is asked."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "duels",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("second_id", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("judge", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("first_model", sa.String(), nullable=False),
        sa.Column("second_model", sa.String(), nullable=False),
        sa.Column("answer_usd", sa.Double(), nullable=False),
        sa.Column("judging_usd", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("difference", sa.Double()),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint("status IN ('open', 'judged', 'filed', 'failed')", name="status"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("decision_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_duels_second_id", "duels", ["second_id"])
    op.create_index("ix_duels_route_at", "duels", ["route", "at"])
    op.create_index("ix_duels_status", "duels", ["status"])


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("duels")
