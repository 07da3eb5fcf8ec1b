"""Days of UTC, by which money is counted."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, FromClause


def of_day(table: FromClause, route: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Whether a row is a route's, and of the same day."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        table.c.route == route,
        table.c.at >= midnight,
        table.c.at < midnight + timedelta(days=1),
    )
