"""The index of what was preferred to what holds preferences alone: most feedback is none."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_INDEX = "ix_feedback_against"
_PREFERENCES = sa.text("against IS NOT NULL")


def upgrade() -> None:
    """Make the index anew, of preferences."""
    op.drop_index(_INDEX, "feedback")
    op.create_index(
        _INDEX,
        "feedback",
        ["against"],
        sqlite_where=_PREFERENCES,
        postgresql_where=_PREFERENCES,
    )


def downgrade() -> None:
    """Make it anew, of all feedback."""
    op.drop_index(_INDEX, "feedback")
    op.create_index(_INDEX, "feedback", ["against"])
