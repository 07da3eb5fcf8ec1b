"""Duels stay in budget to the cent, over replicas and restarts, and are never fought twice."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from service import clock
from service.caller import KEYLESS
from service.services import Services, opened
from service.storage.duels import DuelRecord
from tests.fakes.provider import Answer, FakeProvider, Received
from tests.service.duels.duelling import (
    ANSWER_USD,
    DUEL,
    VERDICT_USD,
    Script,
    answered,
    configured,
    duel_of,
    points,
)

pytestmark = pytest.mark.anyio

BUDGET_USD = 0.6
GOOD = points(8, 3)
VERDICTS = [
    GOOD,
    points(3, 8),
    replace(GOOD, text="No verdict."),
    Answer(status=500),
    replace(GOOD, tokens_in=None),
    replace(GOOD, delay_seconds=5),
    replace(GOOD, tokens_out=300),
]
ANSWERS = [
    Answer("So."),
    Answer("Thus.", tokens_in=40, tokens_out=50),
    Answer("Or so.", tokens_in=None),
    Answer(status=500),
]


def billed_usd(answer: Answer, tokens_in: int) -> float:
    """What a provider charges, be it that it does not tell."""
    if answer.status != 200:
        return 0.0
    counted = tokens_in if answer.tokens_in is None else answer.tokens_in
    return (counted * 10.0 + (answer.tokens_out or 0) * 40.0) / 1e6


async def test_two_replicas_stay_within_one_budget_whatever_the_providers_do(
    fake: FakeProvider, script: Script, database_url: str
) -> None:
    billed: list[float] = []
    dice = random.Random(7)  # noqa: S311 no secret

    def said(asked: Received) -> Answer:
        answer = dice.choice(VERDICTS if asked.model == "critic" else ANSWERS)
        if asked.model == "critic":
            billed.append(billed_usd(answer, 200))
        elif asked.body.get("max_tokens") == 150:
            billed.append(billed_usd(answer, 10))
        return answer

    fake.answers = said
    duel = DUEL | {
        "budget_usd_per_day": BUDGET_USD,
        "timeout_seconds": 0.4,
        "max_answer_tokens": 150,
        "answer": "winner",
    }
    settings = configured(fake, database_url, duel)
    async with opened(settings) as one, opened(settings) as other:
        await asyncio.gather(duels(one, 25), duels(other, 25))
        today = await one.duels.log.tally("default", clock.now())

    assert 0 < sum(billed) <= today.answers_usd + today.judging_usd <= BUDGET_USD
    assert 0 < today.failed < today.duels


async def duels(services: Services, count: int) -> None:
    """Have requests answered twice, one after the other, whether they fail or not."""
    for _ in range(count):
        await asyncio.gather(answered(services), return_exceptions=True)


async def test_what_was_set_aside_is_free_again_once_the_cost_is_known(
    fake: FakeProvider, database_url: str
) -> None:
    duel = DUEL | {"budget_usd_per_day": 0.25, "max_answer_tokens": 100}
    async with opened(configured(fake, database_url, duel)) as services:
        for _ in range(6):
            answer = await answered(services)
            await duel_of(services, answer.decided.record.id)
        today = await services.duels.log.tally("default", clock.now())

    assert (today.duels, today.failed) == (6, 0)
    assert today.answers_usd == pytest.approx(6 * ANSWER_USD, abs=1e-12)
    assert today.judging_usd == pytest.approx(12 * VERDICT_USD, abs=1e-12)


async def test_a_budget_too_small_for_a_second_answer_has_none(
    fake: FakeProvider, sqlite_url: str
) -> None:
    async with opened(
        configured(fake, sqlite_url, DUEL | {"budget_usd_per_day": 0.01})
    ) as services:
        await answered(services)
        tally = await services.duels.log.tally("default")

    assert tally.duels == 0
    assert len(fake.received) == 1


async def test_a_budget_too_small_for_the_judge_does_not_ask_it(
    fake: FakeProvider, sqlite_url: str
) -> None:
    duel = DUEL | {"budget_usd_per_day": 0.02, "max_answer_tokens": 100}
    async with opened(configured(fake, sqlite_url, duel)) as services:
        answer = await answered(services)
        fought = await duel_of(services, answer.decided.record.id)

    assert (fought.reason, fought.answer_usd, fought.judging_usd) == ("budget", ANSWER_USD, 0.0)
    assert not [received for received in fake.received if received.model == "critic"]


async def test_yesterdays_duels_are_not_todays_money(fake: FakeProvider, database_url: str) -> None:
    async with opened(configured(fake, database_url, None)) as services:
        noon = clock.now().replace(hour=12)
        ids = [(await answered(services)).decided.record.id for _ in range(3)]
        rows = [replace(left_over(id_), at=noon, answer_usd=0.6, status="open") for id_ in ids]
        log = services.duels.log
        first = await log.open(rows[0], 1.0)
        same_day = await log.open(rows[1], 1.0)
        next_day = await log.open(replace(rows[2], at=noon + timedelta(days=1)), 1.0)

    assert (first, same_day, next_day) == (True, False, True)


async def test_what_was_judged_before_a_crash_is_filed_once_and_nothing_is_fought_again(
    fake: FakeProvider, database_url: str
) -> None:
    async with opened(configured(fake, database_url, None)) as services:
        one, other, third = [(await answered(services)).decided.record.id for _ in range(3)]
        judged = replace(left_over(one), second_id=other)
        await services.duels.log.open(judged, 100.0)
        await services.duels.log.open(replace(left_over(third), status="open"), 100.0)
    calls = len(fake.received)
    settings = configured(fake, database_url, DUEL)
    async with opened(settings) as first, opened(settings) as second:
        await duel_of(first, one)
        await asyncio.sleep(0.3)
        stored = await second.reader.decision(one, KEYLESS)
        left = await second.duels.log.of(third)

    assert stored is not None
    assert [(word.source, word.against, word.quality) for word in stored.feedback] == [
        ("judge", other, 0.65)
    ]
    assert left is not None
    assert left.status == "open"
    assert len(fake.received) == calls


def left_over(decision_id: str) -> DuelRecord:
    """A duel that was judged and not filed."""
    return DuelRecord(
        decision_id=decision_id,
        second_id="dec_nowhere",
        route="default",
        at=clock.now(),
        answer="first",
        judge="critic",
        source="judge",
        probability=1.0,
        first_model="small",
        second_model="large",
        answer_usd=0.01,
        status="judged",
        difference=0.3,
    )
