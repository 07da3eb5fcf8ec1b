"""The latest turn of a conversation, from either database."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from service.storage.reader import Reader
from service.storage.turns import LastTurn
from service.storage.writer import Writer
from tests.service.storage import samples

pytestmark = pytest.mark.anyio


async def test_nobody_is_known_of_a_conversation_that_is_not_there(engine: AsyncEngine) -> None:
    assert await Reader(engine).last_turn("s1") is None


async def test_the_latest_turn_tells_who_served(engine: AsyncEngine, writer: Writer) -> None:
    await writer.append(samples.decision("d1", conversation="s1"))
    await writer.append(samples.decision("d2", conversation="s1", tokens_in=30))
    await writer.append(samples.decision("d3", conversation="s2"))
    await writer.append(samples.outcome("d2", status="error", model="small"))
    await writer.append(samples.outcome("d2", model="large", attempt=2))

    turn = await Reader(engine).last_turn("s1")

    assert turn == LastTurn("large", 30, samples.NOON)


async def test_a_turn_whose_calls_all_failed_is_passed_over(
    engine: AsyncEngine, writer: Writer
) -> None:
    await writer.append(samples.decision("d1", conversation="s1", chosen="large"))
    await writer.append(samples.decision("d2", conversation="s1", chosen="small"))
    await writer.append(samples.outcome("d2", status="error"))

    turn = await Reader(engine).last_turn("s1")

    assert turn is not None
    assert turn.model == "large"
