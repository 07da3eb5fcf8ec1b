from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from service.storage.reader import Reader
from service.storage.writer import Writer


@pytest.fixture
async def writer(engine: AsyncEngine) -> AsyncIterator[Writer]:
    """What writes to the database of a test."""
    async with Writer(engine) as writer:
        yield writer


@pytest.fixture
def reader(engine: AsyncEngine) -> Reader:
    """What reads from it."""
    return Reader(engine)
