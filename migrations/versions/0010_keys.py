"""Keys: whose request a decision answered, who posted feedback, and quarantines of a key's words.

What is from before has no key: only operators, and a service that is open to all, see it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; a quarantine may now be of a key whatever source it speaks for."""
    for table in ("decisions", "feedback", "quarantines"):
        op.add_column(table, sa.Column("key", sa.String()))
    _let_source_be_null(may_be=True)


def downgrade() -> None:
    """Drop the columns; a quarantine of a key would silence others without it, so it goes."""
    op.execute("DELETE FROM quarantines WHERE key IS NOT NULL")
    _let_source_be_null(may_be=False)
    for table in ("decisions", "feedback", "quarantines"):
        op.drop_column(table, "key")


def _let_source_be_null(*, may_be: bool) -> None:
    with op.batch_alter_table(
        "quarantines", table_kwargs={"sqlite_autoincrement": True}
    ) as quarantines:
        quarantines.alter_column("source", existing_type=sa.String(), nullable=may_be)
