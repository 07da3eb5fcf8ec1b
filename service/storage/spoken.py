"""The latest words on a route's answers, with what was believed of the answers."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncEngine

from feedback.entry import QUALITY
from feedback.raters import Spoken
from service.storage.engine import reading
from service.storage.quarantines import audible
from service.storage.tables import decisions, feedback
from service.storage.words import stands


async def spoken(engine: AsyncEngine, route: str, limit: int) -> list[Spoken]:
    """Give the latest ratings that stand and are heard.

    Raises:
        StorageError: The database cannot be asked.
    """
    async with reading(engine) as connection:
        asked = {"route": route, "limit": limit}
        return [_spoken(row) for row in (await connection.execute(_SPOKEN, asked)).mappings()]


def _spoken(row: RowMapping) -> Spoken:
    believed: Any = next((one for one in row["candidates"] if one.model == row["model"]), None)
    known = believed is not None and believed.quality_std > 0.0
    return Spoken(
        decision_id=row["decision_id"],
        source=row["source"],
        rater=row["rater"],
        quality=row["quality"],
        quality_mean=believed.quality_mean if known else None,
        quality_std=believed.quality_std if known else 0.0,
        key=row["key"],
    )


_SPOKEN = (
    select(
        *feedback.c["decision_id", "source", "rater", "quality", "model", "key"],
        decisions.c.candidates,
    )
    .join_from(feedback, decisions, feedback.c.decision_id == decisions.c.id)
    .where(decisions.c.route == bindparam("route"), feedback.c.metric == QUALITY)
    .where(feedback.c.against.is_(None), feedback.c.weight > 0.0, stands(), audible(feedback))
    .order_by(feedback.c.seq.desc())
    .limit(bindparam("limit"))
)
