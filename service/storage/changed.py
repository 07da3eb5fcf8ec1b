"""What was said of a model before it changed, and when it did."""

from collections.abc import Mapping

import numpy as np
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from feedback.entry import QUALITY
from feedback.turning import turning
from service.storage.engine import reading
from service.storage.quarantines import audible
from service.storage.tables import decisions, feedback

_RATINGS = 200
"""Up to the one that told of a change, among which it is looked for."""


async def quality_about(
    engine: AsyncEngine, route: str, model: str, seq: int
) -> Mapping[str, float]:
    """Give the mean quality of a model's ratings before a change, and from then to one that told.

    Raises:
        StorageError: The database cannot be asked.
    """
    asked = (
        select(feedback.c.quality)
        .join_from(feedback, decisions, feedback.c.decision_id == decisions.c.id)
        .where(decisions.c.route == route, feedback.c.model == model, feedback.c.seq <= seq)
        .where(feedback.c.metric == QUALITY, feedback.c.against.is_(None))
        .where(feedback.c.weight > 0.0, ~feedback.c.retracts, audible(feedback))
        .order_by(feedback.c.seq.desc())
        .limit(_RATINGS)
    )
    async with reading(engine) as connection:
        said = np.array(list((await connection.execute(asked)).scalars())[::-1])
    at = turning(said)
    means = {"quality_before": said[:at], "quality_after": said[at:]}
    return {name: float(some.mean()) for name, some in means.items() if len(some)}
