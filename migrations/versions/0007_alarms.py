"""Alarms: one row from when something is found until it is so no more; of each, one stands."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "alarms",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("measured", sa.Text(), nullable=False),
        sa.Column("feedback_seq", sa.BigInteger()),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger()),
        sa.Column("acknowledged_by", sa.Text()),
        sa.Column("resolved_at", sa.BigInteger()),
        sa.Column("opened_told_at", sa.BigInteger()),
        sa.Column("resolved_told_at", sa.BigInteger()),
        sa.Column("tried_at", sa.BigInteger()),
        sa.CheckConstraint("kind IN ('segment', 'drift')", name="kind"),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_alarms_open",
        "alarms",
        ["kind", "route", "subject"],
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("alarms")
