"""Deadlines, room for calls, hedging, and clients that leave."""

import asyncio
import json
import time
from pathlib import Path

import anyio
import pytest

from service.errors import ModelBusy, ProviderTimeout
from tests.fakes.fleet import asks, each, fleet, read
from tests.fakes.provider import Answer, FakeProvider

pytestmark = pytest.mark.anyio

OK = Answer("Here.", tokens_in=3, tokens_out=2)
SILENT = Answer(delay_seconds=30)
FIRST_A = {"policy": {"kind": "fixed", "model": "a"}}
HEDGED = FIRST_A | {"hedge_after_seconds": 0.1}


@pytest.mark.parametrize("stream", [False, True])
async def test_a_request_ends_at_its_deadline_with_all_its_calls(
    tmp_path: Path,
    fake: FakeProvider,
    stream: bool,  # noqa: FBT001
) -> None:
    fake.answers = each(a=SILENT, b=SILENT, c=SILENT)
    route = FIRST_A | {"deadline_seconds": 0.5, "retries": 5}
    soon = {"timeout_seconds": 0.2}

    async with fleet(tmp_path, fake, "a", "b", "c", route=route, a=soon) as models:
        began = time.perf_counter()
        with pytest.raises(ProviderTimeout):
            await (models.router.stream if stream else models.router.complete)(asks(stream=stream))
        seconds = time.perf_counter() - began

    assert models.called == ["a", "b"]
    assert 0.45 < seconds < 3


async def test_a_timeout_is_tried_again_only_where_nobody_else_is(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=SILENT, b=[SILENT, OK])
    soon = {"timeout_seconds": 0.2}

    async with fleet(tmp_path, fake, "a", "b", a=soon, b=soon) as models:
        answer = await models.router.complete(asks())

    assert models.called == ["a", "b", "b"]
    assert answer.served == "b"


async def test_a_stream_longer_than_its_deadline_ends_with_an_error(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer("a b c d e f g h", pause_seconds=0.2))

    async with fleet(tmp_path, fake, "a", route=FIRST_A | {"deadline_seconds": 0.7}) as models:
        answer = await models.router.stream(asks(stream=True))
        passed = await read(answer)
        (outcome,) = await models.outcomes()

    assert json.loads(passed.rstrip().rpartition(b"data: ")[2])["error"]["code"] == "timeout"
    assert (outcome.status, outcome.reason) == ("error", "timeout")


async def test_a_slow_model_is_hedged_and_the_first_answer_is_taken(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=SILENT, b=OK)

    async with fleet(tmp_path, fake, "a", "b", route=HEDGED) as models:
        answer = await models.router.complete(asks())
        slow, quick = await models.outcomes(answer.decided.record.id, 2)
        left = await asyncio.to_thread(fake.received[0].hung_up.wait, 1.0)

    assert (answer.served, answer.attempts) == ("b", 2)
    assert (slow.model, slow.status, slow.reason) == ("a", "cancelled", "hedged")
    assert (quick.model, quick.status) == ("b", "ok")
    assert left


async def test_a_hedged_stream_is_passed_on_from_who_spoke_first(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(pause_seconds=30), b=Answer("One two."))

    async with fleet(tmp_path, fake, "a", "b", route=HEDGED) as models:
        answer = await models.router.stream(asks(stream=True))
        passed = await read(answer)
        slow, quick = await models.outcomes(answer.decided.record.id, 2)

    assert answer.served == "b"
    assert b'"model": "a"' not in passed
    assert (slow.status, slow.reason, quick.status) == ("cancelled", "hedged", "ok")


async def test_a_model_in_time_is_not_hedged(tmp_path: Path, fake: FakeProvider) -> None:
    fake.answers = each(a=OK, b=OK)

    async with fleet(
        tmp_path, fake, "a", "b", route=FIRST_A | {"hedge_after_seconds": 5}
    ) as models:
        answer = await models.router.complete(asks())

    assert models.called == ["a"]
    assert answer.attempts == 1


async def test_a_hedge_that_fails_leaves_the_first_its_time(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer("Slow.", delay_seconds=0.6), b=Answer(status=401))

    async with fleet(tmp_path, fake, "a", "b", route=HEDGED) as models:
        answer = await models.router.complete(asks())

    assert models.called == ["a", "b"]
    assert answer.served == "a"


async def test_the_last_failure_of_a_hedged_request_is_told(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(delay_seconds=0.3, status=401), b=Answer(status=401))

    async with fleet(tmp_path, fake, "a", "b", route=HEDGED) as models:
        with pytest.raises(Exception, match="provider of 'a' refused"):
            await models.router.complete(asks())


async def test_no_more_calls_are_in_flight_than_a_model_may_have(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer(delay_seconds=0.2))
    async with fleet(tmp_path, fake, "a", a={"max_concurrency": 2}) as models:
        began = time.perf_counter()
        answers = await asyncio.gather(*(models.router.complete(asks()) for _ in range(6)))
        seconds = time.perf_counter() - began

    assert {answer.served for answer in answers} == {"a"}
    assert seconds > 0.6


async def test_requests_go_round_a_model_that_is_busy(tmp_path: Path, fake: FakeProvider) -> None:
    fake.answers = each(a=Answer(delay_seconds=1.0), b=OK)

    async with fleet(tmp_path, fake, "a", "b", a={"max_concurrency": 1}) as models:
        first = asyncio.create_task(models.router.complete(asks()))
        await asyncio.sleep(0.3)
        second = await models.router.complete(asks())
        await first

    assert second.served == "b"
    assert "1 calls in flight" in second.decided.record.left_out["a"]


async def test_who_waits_for_room_until_the_deadline_hears_that_the_model_is_busy(
    tmp_path: Path, fake: FakeProvider
) -> None:
    route = FIRST_A | {"deadline_seconds": 0.3}

    async with fleet(tmp_path, fake, "a", route=route, a={"max_concurrency": 1}) as models:
        availability = models.router.decider.availability
        await availability.begin("a")
        with pytest.raises(ModelBusy, match="max_concurrency"):
            await models.router.complete(asks())
        (outcome,) = await models.outcomes()

    assert fake.received == []
    assert (outcome.status, outcome.reason) == ("error", "busy")
    assert availability.failure_rate("a") == 0.0


@pytest.mark.parametrize("route", [FIRST_A, HEDGED])
async def test_a_cancelled_request_cancels_all_its_calls(
    tmp_path: Path, fake: FakeProvider, route: dict[str, object]
) -> None:
    fake.answers = each(a=SILENT, b=SILENT)

    async with fleet(tmp_path, fake, "a", "b", route=route) as models:
        with anyio.move_on_after(1.0):
            await models.router.complete(asks())
        outcomes = await models.outcomes(count=len(fake.received))
        for received in fake.received:
            assert await asyncio.to_thread(received.hung_up.wait, 1.0)
        rate = models.router.decider.availability.failure_rate("a")

    assert len(outcomes) == (2 if route is HEDGED else 1)
    assert {(o.status, o.reason) for o in outcomes} == {("cancelled", "hung_up")}
    assert rate == 0.0


async def test_a_stream_that_its_client_leaves_is_cancelled(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=Answer("a b c", pause_seconds=30, pause_after=2))

    async with fleet(tmp_path, fake, "a") as models:
        answer = await models.router.stream(asks(stream=True))
        await anext(aiter(answer))
        await answer.aclose()
        await answer.aclose()
        (outcome,) = await models.outcomes()

    assert (outcome.status, outcome.reason) == ("cancelled", "hung_up")
    assert await asyncio.to_thread(fake.received[0].hung_up.wait, 1.0)


async def test_who_leaves_while_waiting_for_room_is_logged_too(
    tmp_path: Path, fake: FakeProvider
) -> None:
    async with fleet(tmp_path, fake, "a", a={"max_concurrency": 1}) as models:
        await models.router.decider.availability.begin("a")
        with anyio.move_on_after(0.2):
            await models.router.complete(asks())
        (outcome,) = await models.outcomes()

    assert fake.received == []
    assert (outcome.status, outcome.reason, outcome.attempt) == ("cancelled", "hung_up", 1)


async def test_a_client_that_takes_nothing_holds_its_model_until_the_deadline_at_most(
    tmp_path: Path, fake: FakeProvider
) -> None:
    fake.answers = each(a=[Answer("a b c", pause_seconds=30, pause_after=2), OK])
    keys = {"max_concurrency": 1}

    async with fleet(
        tmp_path, fake, "a", route=FIRST_A | {"deadline_seconds": 0.5}, a=keys
    ) as models:
        stalled = await models.router.stream(asks(stream=True))
        chunks = aiter(stalled)
        await anext(chunks)
        (outcome,) = await models.outcomes()
        left = await asyncio.to_thread(fake.received[0].hung_up.wait, 1.0)
        answer = await models.router.complete(asks())
        rest = b"".join([chunk async for chunk in chunks])
        failing = models.router.decider.availability.failure_rate("a")

    assert (outcome.status, outcome.reason) == ("cancelled", "hung_up")
    assert left
    assert answer.served == "a"
    assert failing == 0.0
    assert json.loads(rest.rpartition(b"data: ")[2])["error"]["code"] == "timeout"
