"""The judge stays in budget to the cent, judges nothing twice, and never delays a request."""

import asyncio
import random
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from service import clock
from service.services import Services, opened
from service.storage.verdicts import VerdictRecord
from tests.fakes.provider import Answer, FakeProvider
from tests.service.judging.judged import (
    COST_USD,
    GOOD,
    JUDGE,
    Script,
    answered,
    configured,
    idle,
    streamed,
    verdict_on,
    words_on,
)

pytestmark = pytest.mark.anyio

BUDGET_USD = 0.25
MALFORMED = replace(GOOD, text="No verdict.")
FAULTS = [
    GOOD,
    GOOD,
    MALFORMED,
    Answer(status=500),
    replace(GOOD, tokens_in=None),
    replace(GOOD, delay_seconds=5),
    replace(GOOD, tokens_out=300),
]


async def judged_by(services: Services, count: int) -> None:
    """Have answers judged, a few at a time."""
    for _ in range(count):
        await answered(services)
        await idle(services, waiting=8)
    await idle(services)


async def test_two_replicas_stay_within_one_budget_whatever_the_provider_does(
    fake: FakeProvider, script: Script, database_url: str
) -> None:
    billed: list[float] = []
    dice = random.Random(7)  # noqa: S311 no secret

    def verdict(_: object) -> Answer:
        answer = dice.choice(FAULTS)
        if answer.status == 200:
            tokens_in = 200 if answer.tokens_in is None else answer.tokens_in
            billed.append((tokens_in * 10.0 + (answer.tokens_out or 0) * 40.0) / 1e6)
        return answer

    script.verdict = verdict
    judge = JUDGE | {"budget_usd_per_day": BUDGET_USD, "timeout_seconds": 0.4}
    settings = configured(fake, database_url, judge)
    async with opened(settings) as one, opened(settings) as other:
        await asyncio.gather(judged_by(one, 30), judged_by(other, 30))
        today = await one.verdicts.today("default", clock.now())

    assert 0 < sum(billed) <= today.cost_usd <= BUDGET_USD
    assert today.judged > 0


async def test_what_was_set_aside_is_free_again_once_the_cost_is_known(
    fake: FakeProvider, sqlite_url: str
) -> None:
    judge = JUDGE | {"budget_usd_per_day": 0.15}
    async with opened(configured(fake, sqlite_url, judge)) as services:
        for _ in range(10):
            await verdict_on(services, await answered(services))
        today = await services.verdicts.today("default", clock.now())

    assert (today.judged, today.failed) == (10, 0)
    assert today.cost_usd == pytest.approx(10 * COST_USD, abs=1e-12)


async def test_yesterdays_verdicts_are_not_todays_money(
    fake: FakeProvider, database_url: str
) -> None:
    async with opened(configured(fake, database_url, None)) as services:
        noon = clock.now().replace(hour=12)
        ids = [await answered(services) for _ in range(3)]
        rows = [VerdictRecord(id_, "judge", "default", "critic", noon, 1.0, 0.6) for id_ in ids]
        first = await services.verdicts.open(rows[0], 1.0)
        same_day = await services.verdicts.open(rows[1], 1.0)
        next_day = await services.verdicts.open(replace(rows[2], at=noon + timedelta(days=1)), 1.0)

    assert (first, same_day, next_day) == (True, False, True)


async def test_no_answer_is_judged_twice_over_restarts_and_replicas(
    fake: FakeProvider, database_url: str
) -> None:
    settings = configured(fake, database_url, JUDGE)
    async with opened(settings) as services:
        id_ = await answered(services)
        verdict = await verdict_on(services, id_)
    async with opened(settings) as one, opened(settings) as other:
        again = [await each.verdicts.open(verdict, 100.0) for each in (one, other)]
        await idle(one)
        words = await words_on(one, id_)

    assert again == [False, False]
    assert len(words) == 1
    assert sum(received.model == "critic" for received in fake.received) == 1


async def test_a_verdict_that_was_not_filed_before_a_crash_is_filed_once(
    fake: FakeProvider, database_url: str
) -> None:
    async with opened(configured(fake, database_url, None)) as services:
        id_ = await answered(services)
        left = VerdictRecord(id_, "judge", "default", "critic", clock.now(), 1.0, 0.01)
        await services.verdicts.open(left, None)
        await services.verdicts.close(replace(left, status="scored", score=0.7))
    settings = configured(fake, database_url, JUDGE)
    async with opened(settings) as one, opened(settings) as other:
        await verdict_on(one, id_, "filed")
        await idle(other)
        words = await words_on(one, id_)

    assert words == [("judge", 0.7)]


async def test_a_judge_that_hangs_delays_nobody(
    fake: FakeProvider, script: Script, sqlite_url: str
) -> None:
    script.verdict = lambda _: Answer(delay_seconds=60)
    async with opened(configured(fake, sqlite_url, JUDGE)) as services:
        await answered(services)
        began = time.monotonic()
        for _ in range(100):
            await answered(services)
        await streamed(services)
        seconds = time.monotonic() - began
        dropped = services.judging.dropped["default"]
        stopping = time.monotonic()

    assert seconds < 20
    assert dropped > 0
    assert time.monotonic() - stopping < 5
