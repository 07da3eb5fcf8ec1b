"""Duels whose winner is returned."""

import asyncio
import time
from dataclasses import replace

import msgspec
import pytest

from service.caller import KEYLESS
from service.errors import CallFailed
from service.rating import Said
from service.services import opened
from service.storage.engine import open_engine
from service.storage.rated import rated_decisions
from tests.fakes.provider import Answer, FakeProvider
from tests.service.duels.duelling import (
    DUEL,
    Script,
    answered,
    best_is,
    configured,
    duel_of,
    points,
    streamed,
)

pytestmark = pytest.mark.anyio

WINNER = DUEL | {"answer": "winner"}
ALIKE = {"policy": {"kind": "epsilon-greedy", "epsilon": 0.0}}


@pytest.mark.parametrize("best", ["small", "large"])
async def test_the_client_gets_the_better_answer_under_its_own_decision(
    best: str, fake: FakeProvider, script: Script, database_url: str
) -> None:
    script.verdict = best_is(best)
    async with opened(configured(fake, database_url, WINNER)) as services:
        answer = await answered(services)
        stored = await services.reader.decision(answer.decided.record.id, KEYLESS)

    assert answer.served == best
    assert best.encode() in answer.body
    assert stored is not None
    assert stored.served == best


async def test_a_tie_is_the_firsts(fake: FakeProvider, script: Script, sqlite_url: str) -> None:
    script.verdict = lambda _: points(5, 5)
    async with opened(configured(fake, sqlite_url, WINNER, **ALIKE)) as services:
        answer = await answered(services)
        duel = await duel_of(services, answer.decided.record.id)

    assert answer.served == duel.first_model


async def test_a_judge_that_hangs_costs_the_deadline_and_no_more(
    fake: FakeProvider, script: Script, sqlite_url: str
) -> None:
    script.verdict = lambda _: replace(points(5, 5), delay_seconds=60)
    settings = configured(fake, sqlite_url, WINNER, deadline_seconds=1.5)
    async with opened(settings) as services:
        began = time.monotonic()
        answer = await answered(services)
        seconds = time.monotonic() - began
        duel = await services.duels.log.of(answer.decided.record.id)

    assert 1.0 < seconds < 5
    assert duel is not None
    assert answer.served == duel.first_model


async def test_a_client_that_leaves_ends_no_duel(
    fake: FakeProvider, script: Script, sqlite_url: str
) -> None:
    script.verdict = lambda asked: replace(best_is("large")(asked), delay_seconds=1.0)
    async with opened(configured(fake, sqlite_url, WINNER)) as services:
        asking = asyncio.create_task(answered(services))
        for _ in range(500):
            if any(received.model == "critic" for received in fake.received):
                break
            await asyncio.sleep(0.02)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        for _ in range(200):
            tally = await services.duels.log.standings("default")
            if tally:
                break
            await asyncio.sleep(0.02)

    assert asking.cancelled()
    assert [(each.model, each.wins) for each in tally] == [("large", 1), ("small", 0)]


@pytest.mark.parametrize("failing", ["small", "large"])
async def test_where_one_model_fails_the_other_answers(
    failing: str, fake: FakeProvider, script: Script, database_url: str
) -> None:
    script.answers[failing] = Answer(status=500)
    async with opened(configured(fake, database_url, WINNER)) as services:
        answer = await answered(services)

    assert answer.served != failing


async def test_where_both_fail_the_client_is_told(
    fake: FakeProvider, script: Script, sqlite_url: str
) -> None:
    script.answers = {name: Answer(status=500) for name in ("small", "large")}
    async with opened(configured(fake, sqlite_url, WINNER)) as services:
        with pytest.raises(CallFailed):
            await answered(services)


@pytest.mark.parametrize(("answer", "left"), [("first", 1), ("winner", 0)])
async def test_estimates_leave_out_what_was_made_or_given_for_a_duel(
    answer: str, left: int, fake: FakeProvider, database_url: str
) -> None:
    settings = configured(fake, database_url, DUEL | {"answer": answer})
    async with opened(settings) as services:
        given = await answered(services)
        duel = await duel_of(services, given.decided.record.id)
        for id_ in (duel.decision_id, duel.second_id):
            word = Said(id_, "user", 1.0, msgspec.Raw(b'{"score": 1}'))
            await services.ratings.take(word, KEYLESS)
    engine = open_engine(database_url)
    rated = [row async for row in rated_decisions(engine, "default", "user")]
    await engine.dispose()

    assert len(rated) == 2
    assert sum(not row.duelled for row in rated) == left


async def test_streams_and_sessions_have_one_answer(fake: FakeProvider, sqlite_url: str) -> None:
    async with opened(configured(fake, sqlite_url, WINNER)) as services:
        await streamed(services)
        await answered(services, pointsman={"session_id": "s"})
        tally = await services.duels.log.tally("default")

    assert tally.duels == 0
