"""Quarantines: whose feedback teaches nothing, and from when; append-only, and lifted by rows.

And the index by which is counted what a source said within the hour.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the index."""
    op.create_table(
        "quarantines",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("rater", sa.String()),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("lifts", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_quarantines"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_quarantines_source_rater_seq", "quarantines", ["source", "rater", "seq"])
    op.create_index("ix_feedback_source_at", "feedback", ["source", "at"])


def downgrade() -> None:
    """Drop the table; everybody is heard again."""
    op.drop_index("ix_feedback_source_at", "feedback")
    op.drop_table("quarantines")
