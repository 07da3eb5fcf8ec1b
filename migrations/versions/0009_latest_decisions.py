"""An index for a route's latest decisions, which segments, alarms and rating weights page through.

Without it SQLite sorts all decisions of the route for every page.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_decisions_route_seq", "decisions", ["route", "seq"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_decisions_route_seq", "decisions")
