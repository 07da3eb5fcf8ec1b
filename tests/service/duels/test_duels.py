"""What becomes of requests that two models answer."""

import time
from dataclasses import replace

import pytest

from service.caller import KEYLESS
from service.services import opened
from service.storage.duels import DuelRecord
from tests.fakes.provider import Answer, FakeProvider, Received
from tests.service.duels.duelling import (
    ANSWER_USD,
    DUEL,
    VERDICT_USD,
    Script,
    answered,
    best_is,
    configured,
    duel_of,
    points,
    streamed,
)

pytestmark = pytest.mark.anyio


def difference_for(duel: DuelRecord, model: str) -> float:
    """How much better a model's answer was found."""
    assert duel.difference is not None
    return duel.difference if duel.first_model == model else -duel.difference


async def test_the_judges_preference_is_filed_as_everybodys(
    fake: FakeProvider, database_url: str
) -> None:
    async with opened(configured(fake, database_url, DUEL)) as services:
        answer = await answered(services)
        duel = await duel_of(services, answer.decided.record.id)
        stored = await services.reader.decision(duel.decision_id, KEYLESS)

    assert (duel.status, duel.attempts) == ("filed", 2)
    assert {duel.first_model, duel.second_model} == {"small", "large"}
    assert difference_for(duel, "large") == 0.5
    assert stored is not None
    (word,) = stored.feedback
    assert (word.source, word.against) == ("judge", duel.second_id)
    assert word.quality == (0.5 + 0.5 * (duel.difference or 0.0))


async def test_the_second_answer_is_a_decision_of_its_own_and_counts_in_full(
    fake: FakeProvider, database_url: str
) -> None:
    async with opened(configured(fake, database_url, DUEL)) as services:
        answer = await answered(services)
        duel = await duel_of(services, answer.decided.record.id)
        second = await services.reader.decision(duel.second_id, KEYLESS)

    assert second is not None
    assert (second.decision.policy, second.decision.propensity) == ("duel", 1.0)
    assert [each.model for each in second.decision.candidates] == [duel.second_model]
    assert second.decision.left_out == {duel.first_model: "answers already"}
    assert [outcome.cost_usd for outcome in second.outcomes] == [ANSWER_USD]
    assert duel.answer_usd == ANSWER_USD
    assert duel.judging_usd == pytest.approx(2 * VERDICT_USD, abs=1e-12)


async def test_a_judge_that_likes_a_place_finds_a_tie(
    fake: FakeProvider, script: Script, sqlite_url: str
) -> None:
    script.verdict = lambda _: points(9, 2)
    async with opened(configured(fake, sqlite_url, DUEL)) as services:
        answer = await answered(services)
        duel = await duel_of(services, answer.decided.record.id)
        stored = await services.reader.decision(duel.decision_id, KEYLESS)

    assert (duel.status, duel.difference) == ("filed", 0.0)
    assert stored is not None
    assert [word.quality for word in stored.feedback] == [0.5]


async def test_a_malformed_verdict_is_asked_for_once_more(
    fake: FakeProvider, script: Script, sqlite_url: str
) -> None:
    seen: set[bool] = set()

    def verdict(asked: Received) -> Answer:
        order = "ANSWER A]\nsmall" in asked.prompt
        if order in seen:
            return best_is("small")(asked)
        seen.add(order)
        return Answer("A, surely.")

    script.verdict = verdict
    async with opened(configured(fake, sqlite_url, DUEL)) as services:
        answer = await answered(services)
        duel = await duel_of(services, answer.decided.record.id)

    assert (duel.status, duel.attempts) == ("filed", 4)
    assert difference_for(duel, "small") == 0.5


async def test_a_stream_is_compared_once_it_is_complete(
    fake: FakeProvider, script: Script, database_url: str
) -> None:
    async with opened(configured(fake, database_url, DUEL)) as services:
        whole = await duel_of(services, await streamed(services))
        slow = Answer("One word, and one more, and so on.", pause_seconds=0.2)
        script.answers = {"small": slow, "large": slow}
        part = await duel_of(services, await streamed(services, most=2))

    assert (whole.status, difference_for(whole, "large")) == ("filed", 0.5)
    assert (part.status, part.reason) == ("failed", "first_failed")
    asked = [received for received in fake.received if received.model == "critic"]
    assert "small says so.\n" in asked[0].prompt
    assert "large says so.\n" in asked[0].prompt


async def test_the_first_answer_never_waits(
    fake: FakeProvider, script: Script, sqlite_url: str
) -> None:
    script.verdict = lambda _: replace(points(5, 5), delay_seconds=60)
    route = {"policy": {"kind": "epsilon-greedy", "epsilon": 0.0}}
    async with opened(configured(fake, sqlite_url, DUEL, **route)) as services:
        first = (await answered(services)).served
        other = "small" if first == "large" else "large"
        script.answers[other] = Answer(delay_seconds=60)
        began = time.monotonic()
        for _ in range(30):
            await answered(services)
        seconds = time.monotonic() - began
        dropped = services.duels.dropped["default"]
        stopping = time.monotonic()

    assert seconds < 10
    assert dropped > 0
    assert time.monotonic() - stopping < 5


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Answer(status=500), "second_failed"),
        (Answer("  "), "wordless"),
        (Answer("Once upon", finish="length"), "cut"),
    ],
)
async def test_a_second_model_that_fails_ends_the_duel(
    fault: Answer, reason: str, fake: FakeProvider, script: Script, sqlite_url: str
) -> None:
    route = {"policy": {"kind": "epsilon-greedy", "epsilon": 0.0}}
    async with opened(configured(fake, sqlite_url, DUEL, **route)) as services:
        first = await answered(services)
        script.answers["small" if first.served == "large" else "large"] = fault
        await duel_of(services, first.decided.record.id)
        answer = await answered(services)
        duel = await duel_of(services, answer.decided.record.id)

    assert (duel.status, duel.reason, duel.judging_usd) == ("failed", reason, 0.0)
    assert duel.answer_usd == (0.0 if fault.status == 500 else ANSWER_USD)


@pytest.mark.parametrize(
    ("judge", "allow_self", "fights"),
    [("critic", False, True), ("large", False, False), ("large", True, True)],
)
async def test_a_model_compares_its_own_answers_only_if_told_to(
    judge: str,
    allow_self: bool,  # noqa: FBT001 pytest passes it by name
    fights: bool,  # noqa: FBT001
    fake: FakeProvider,
    sqlite_url: str,
) -> None:
    duel = DUEL | {"judge": judge, "allow_self": allow_self}
    async with opened(configured(fake, sqlite_url, duel)) as services:
        answer = await answered(services)
        tally = await services.duels.log.tally("default")
        if fights:
            await duel_of(services, answer.decided.record.id)

    assert fights or tally.duels == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"model": "small"},
        {"n": 2},
        {"tools": [{"type": "function", "function": {"name": "look"}}]},
        {
            "messages": [
                {"role": "user", "content": "Why?"},
                {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]},
                {"role": "tool", "content": "So.", "tool_call_id": "1"},
            ]
        },
        {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "Why?"},
                        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
                    ],
                }
            ]
        },
    ],
)
async def test_what_a_judge_cannot_see_or_the_client_decides_is_no_duel(
    fields: dict[str, object], fake: FakeProvider, sqlite_url: str
) -> None:
    settings = configured(fake, sqlite_url, DUEL, sessions=False)
    models = {
        name: replace(model, capabilities=frozenset({"tools", "images"}))
        for name, model in settings.models.items()
    }
    async with opened(replace(settings, models=models)) as services:
        await answered(services, **fields)
        tally = await services.duels.log.tally("default")

    assert tally.duels == 0
    assert len(fake.received) == 1


async def test_a_conversation_duels_at_its_beginning_only(
    fake: FakeProvider, sqlite_url: str
) -> None:
    session = {"pointsman": {"session_id": "s"}}
    async with opened(configured(fake, sqlite_url, DUEL)) as services:
        first = await answered(services, **session)
        await duel_of(services, first.decided.record.id)
        await answered(services, **session)
        tally = await services.duels.log.tally("default")

    assert tally.duels == 1


async def test_the_rate_is_the_share_of_requests(fake: FakeProvider, sqlite_url: str) -> None:
    async with opened(configured(fake, sqlite_url, DUEL | {"rate": 0.25})) as services:
        ids = [(await answered(services)).decided.record.id for _ in range(60)]
        duels = [duel for duel in [await services.duels.log.of(id_) for id_ in ids] if duel]

    assert 4 <= len(duels) <= 28
    assert {duel.probability for duel in duels} == {0.25}
