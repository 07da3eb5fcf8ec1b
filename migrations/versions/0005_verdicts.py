"""What judges said: one row for each answer that is judged, made before the judge is asked."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "verdicts",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("judge", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("cost_usd", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double()),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint("status IN ('open', 'scored', 'filed', 'failed')", name="status"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("decision_id", "source"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_verdicts_route_at", "verdicts", ["route", "at"])
    op.create_index("ix_verdicts_status", "verdicts", ["status"])


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("verdicts")
