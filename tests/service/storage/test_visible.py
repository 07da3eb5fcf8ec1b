"""What there is for whom, from either database."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from service.caller import KEYLESS, Caller
from service.storage.reader import Reader
from service.storage.subjects import Subjects
from service.storage.writer import Writer
from tests.service.storage import samples

pytestmark = pytest.mark.anyio

WHOSE = {"d-a": "a", "d-b": "b", "d-none": None}
SEEN = [
    (Caller("a"), {"d-a"}),
    (Caller("b"), {"d-b"}),
    (Caller("c"), set()),
    (Caller("c", operator=True), set(WHOSE)),
    (KEYLESS, set(WHOSE)),
]


@pytest.fixture
async def logged(engine: AsyncEngine) -> AsyncEngine:
    """A decision of each, all in one session, each with a word."""
    async with Writer(engine) as writer:
        for id_, key in WHOSE.items():
            session = {"session_id": "s", "conversation": "s"}
            await writer.append(samples.decision(id_, key=key, **session))
            await writer.append_feedback(samples.rating(f"f-{id_}", id_, rater="ann", key=key))
    return engine


@pytest.mark.parametrize(("caller", "seen"), SEEN)
async def test_decisions_sessions_and_words_are_there_for_their_key(
    logged: AsyncEngine, caller: Caller, seen: set[str]
) -> None:
    reader, subjects = Reader(logged), Subjects(logged)

    assert {id_ for id_ in WHOSE if await reader.decision(id_, caller)} == seen
    assert {id_ for id_ in WHOSE if await reader.has(id_, caller)} == seen
    assert {id_ for id_ in WHOSE if await reader.standing_word(f"f-{id_}", caller)} == seen
    assert (await subjects.of(WHOSE, caller)).keys() == seen
    assert {one.id for one in await subjects.of_session("s", caller)} == seen


async def test_a_comparison_is_there_for_who_sees_both(engine: AsyncEngine) -> None:
    async with Writer(engine) as writer:
        for id_, key in WHOSE.items():
            await writer.append(samples.decision(id_, key=key))
        word = samples.rating("f", "d-a", subject="d-a|d-b", against="d-b", against_model="large")
        await writer.append_feedback(word)
    reader = Reader(engine)

    seen = [await reader.standing_word("f", caller) is not None for caller, _ in SEEN]

    assert seen == [False, False, False, True, True]


async def test_the_last_turn_is_of_one_keys_conversation(logged: AsyncEngine) -> None:
    reader = Reader(logged)

    turns = [await reader.last_turn("s", key) for key in ("a", None, "c")]

    assert [turn is not None for turn in turns] == [True, True, False]


async def test_words_are_counted_by_source_key_and_rater(logged: AsyncEngine) -> None:
    counted = await Reader(logged).weight_since(["user"], samples.NOON - timedelta(hours=1))

    assert counted == {("user", key, "ann"): 1.0 for key in WHOSE.values()}
