"""Which model a conversation is with."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from service import clock
from service.asking import asked_of
from service.caller import Caller
from service.conversations import Conversations, Current
from service.gateway.messages import parse_route
from service.storage.engine import open_engine
from service.storage.reader import Reader
from service.storage.writer import Writer
from tests.service.storage import samples

pytestmark = pytest.mark.anyio

S1 = asked_of(parse_route(b'{"model": "auto", "prompt": "Hi", "pointsman": {"session_id": "s1"}}'))
ONE_SHOT = asked_of(parse_route(b'{"model": "auto", "prompt": "Hi"}'))


@pytest.fixture
def reader(engine: AsyncEngine) -> Reader:
    return Reader(engine)


async def test_a_conversation_is_with_who_served_last(reader: Reader) -> None:
    conversations = Conversations(reader)
    record = samples.decision(conversation="s1", at=clock.now(), tokens_in=40)

    before = await conversations.current(S1)
    conversations.keep(record, "large")

    assert before is None
    assert await conversations.current(S1) == Current("large", 40)


async def test_what_was_said_long_ago_is_not_taken_to_be_cached(reader: Reader) -> None:
    conversations = Conversations(reader)
    yesterday = clock.now() - timedelta(days=1)

    conversations.keep(samples.decision(conversation="s1", at=yesterday), "large")

    assert await conversations.current(S1) == Current("large", 0)


async def test_a_conversation_is_its_keys_own_in_memory_and_in_the_log(
    engine: AsyncEngine,
) -> None:
    remembers, looks_up = (Conversations(Reader(engine)) for _ in range(2))
    record = samples.decision(conversation="s1", key="a", chosen="small")
    mine, theirs = (replace(S1, caller=Caller(name)) for name in ("a", "b"))
    async with Writer(engine) as writer:
        await writer.append(record)
    remembers.keep(record, "small")

    for conversations in (remembers, looks_up):
        assert await conversations.current(mine) == Current("small", 0)
        assert await conversations.current(theirs) is None
        assert await conversations.current(S1) is None


async def test_a_request_that_continues_nothing_is_with_nobody(reader: Reader) -> None:
    conversations = Conversations(reader)

    conversations.keep(samples.decision(conversation=ONE_SHOT.conversation), "large")

    assert await conversations.current(ONE_SHOT) is None


async def test_only_so_many_are_kept_and_the_log_tells_of_the_others(
    engine: AsyncEngine,
) -> None:
    conversations = Conversations(Reader(engine), most=1)
    first = samples.decision("d1", conversation="s1", chosen="small")
    async with Writer(engine) as writer:
        await writer.append(first)

    conversations.keep(first, "large")
    conversations.keep(samples.decision("d2", conversation="s2"), "large")

    current = await conversations.current(S1)
    assert current is not None
    assert current.model == "small"


async def test_in_a_tool_loop_the_log_tells_what_another_process_did_since(
    engine: AsyncEngine,
) -> None:
    conversations = Conversations(Reader(engine))
    before, since = clock.now() - timedelta(seconds=9), clock.now()
    conversations.keep(samples.decision(conversation="s1", at=before), "small")
    async with Writer(engine) as writer:
        await writer.append(samples.decision("d2", conversation="s1", at=since, chosen="large"))

    loop = await conversations.current(replace(S1, awaits_tools=True))
    conversations.keep(samples.decision("d2", conversation="s1", at=since), "stood-in")
    after_fallback = await conversations.current(replace(S1, awaits_tools=True))

    assert loop is not None
    assert loop.model == "large"
    assert after_fallback is not None
    assert after_fallback.model == "stood-in"


async def test_a_log_that_cannot_be_asked_is_no_reason_to_fail(tmp_path: Path) -> None:
    unmigrated = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")

    current = await Conversations(Reader(unmigrated)).current(S1)

    await unmigrated.dispose()
    assert current is None
