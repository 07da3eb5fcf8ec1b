"""Write decisions with an outcome and a rating each: ``append_many.py URL PREFIX COUNT``."""

import asyncio
import sys

from service.storage.engine import migrate, open_engine
from service.storage.writer import Writer
from tests.service.storage import samples


async def append_many(url: str, prefix: str, count: int) -> None:
    engine = open_engine(url)
    await migrate(engine)
    async with Writer(engine) as writer:
        await asyncio.gather(*(_append_one(writer, f"{prefix}-{each}") for each in range(count)))
    await engine.dispose()


async def _append_one(writer: Writer, name: str) -> None:
    await writer.append(samples.decision(name))
    await writer.append(samples.outcome(name))
    await writer.append_feedback(samples.rating(name, name))


if __name__ == "__main__":
    asyncio.run(append_many(sys.argv[1], sys.argv[2], int(sys.argv[3])))
