"""The texts of demonstrations, each beside the word of the feedback log that it became."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from service.storage.engine import writing
from service.storage.tables import demonstrations


async def keep_demonstration(engine: AsyncEngine, feedback_id: str, text: str) -> None:
    """Keep what an answer should have been; of a word that has its text already, that one stays.

    Raises:
        StorageError: It is not kept.
    """
    known = select(demonstrations.c.seq).where(demonstrations.c.feedback_id == feedback_id)
    async with writing(engine) as connection:
        if await connection.scalar(known) is None:
            row = {"feedback_id": feedback_id, "text": text}
            await connection.execute(insert(demonstrations).values(row))
