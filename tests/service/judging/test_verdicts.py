"""What becomes of answers that are judged."""

import json
from dataclasses import replace

import pytest

from service.services import opened
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


def calls_of(fake: FakeProvider) -> int:
    """How often the judge was called."""
    return sum(received.model == "critic" for received in fake.received)


async def test_a_verdict_is_kept_and_filed_as_feedback(
    fake: FakeProvider, database_url: str
) -> None:
    async with opened(configured(fake, database_url, JUDGE)) as services:
        id_ = await answered(services)
        verdict = await verdict_on(services, id_)
        words = await words_on(services, id_)

    assert (verdict.status, verdict.score, verdict.reason) == ("filed", 0.8, "Fine.")
    assert verdict.cost_usd == pytest.approx(COST_USD, abs=1e-12)
    assert (verdict.judge, verdict.probability, verdict.attempts) == ("critic", 1.0, 1)
    assert words == [("judge", 0.8)]


async def test_a_streams_answer_is_judged_as_the_text_that_it_is(
    fake: FakeProvider, script: Script, database_url: str
) -> None:
    script.answer = Answer("The sky scatters blue light.")
    async with opened(configured(fake, database_url, JUDGE)) as services:
        await verdict_on(services, await streamed(services))

    asked = next(received for received in fake.received if received.model == "critic")
    assert "ANSWER]\nThe sky scatters blue light.\n" in asked.prompt
    assert "CONVERSATION]\nuser: Why?\n" in asked.prompt


async def test_a_malformed_verdict_is_asked_for_once_more(
    fake: FakeProvider, script: Script, sqlite_url: str
) -> None:
    said = iter([replace(GOOD, text="I would say 8."), GOOD])
    script.verdict = lambda _: next(said)
    async with opened(configured(fake, sqlite_url, JUDGE)) as services:
        verdict = await verdict_on(services, await answered(services))

    assert (verdict.status, verdict.score, verdict.attempts) == ("filed", 0.8, 2)
    assert verdict.cost_usd == pytest.approx(2 * COST_USD, abs=1e-12)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (replace(GOOD, text='{"reason": "", "score": 1000}'), ("malformed", 2)),
        (Answer(status=500), ("failed", 1)),
        (Answer(status=401), ("denied", 1)),
        (Answer(body=b"<html>"), ("malformed", 2)),
        (Answer(delay_seconds=30), ("timeout", 1)),
    ],
)
async def test_a_judge_that_fails_files_nothing(
    fault: Answer, told: tuple[str, int], fake: FakeProvider, script: Script, sqlite_url: str
) -> None:
    script.verdict = lambda _: fault
    judge = JUDGE | {"timeout_seconds": 0.5}
    async with opened(configured(fake, sqlite_url, judge)) as services:
        id_ = await answered(services)
        verdict = await verdict_on(services, id_)
        words = await words_on(services, id_)

    assert (verdict.status, (verdict.reason, verdict.attempts)) == ("failed", told)
    assert not words


@pytest.mark.parametrize("can", [True, False])
async def test_a_verdict_is_asked_for_by_schema_where_the_judge_can_do_that(
    can: bool,  # noqa: FBT001 pytest passes it by name
    fake: FakeProvider,
    sqlite_url: str,
) -> None:
    settings = configured(fake, sqlite_url, JUDGE)
    critic = replace(
        settings.models["critic"], capabilities=frozenset({"json_schema"} if can else ())
    )
    models = {**settings.models, "critic": critic}
    async with opened(replace(settings, models=models)) as services:
        verdict = await verdict_on(services, await answered(services))

    (asked,) = (received for received in fake.received if received.model == "critic")
    assert ("response_format" in asked.body) is can
    assert (verdict.status, verdict.score) == ("filed", 0.8)


@pytest.mark.parametrize("allow_self", [False, True])
async def test_a_model_judges_itself_only_if_told_to(
    allow_self: bool,  # noqa: FBT001 pytest passes it by name
    fake: FakeProvider,
    sqlite_url: str,
) -> None:
    judge = JUDGE | {"model": "small", "allow_self": allow_self, "max_tokens": 50}
    async with opened(configured(fake, sqlite_url, judge, candidates=["small"])) as services:
        id_ = await answered(services)
        await idle(services)
        verdicts = await services.verdicts.on(id_)

    assert bool(verdicts) is allow_self


async def test_an_answer_that_calls_a_tool_is_not_judged(
    fake: FakeProvider, script: Script, sqlite_url: str
) -> None:
    message = {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    script.answer = Answer(body=json.dumps({"choices": [choice]}).encode())
    async with opened(configured(fake, sqlite_url, JUDGE)) as services:
        await answered(services)
        await idle(services)

    assert calls_of(fake) == 0


@pytest.mark.parametrize(
    ("judge", "told"),
    [
        ({"kind": "exact"}, ("391", 1.0)),
        ({"kind": "regex", "pattern": "[a-z]"}, ("391", 0.0)),
        ({"kind": "json"}, ('{"a": 1}', 1.0)),
        ({"kind": "json", "schema": {"required": ["b"]}}, ('{"a": 1}', 0.0)),
        ({"kind": "code"}, ("```python\nx =\n```", 0.0)),
    ],
)
async def test_checks_judge_without_a_model(
    judge: dict[str, object],
    told: tuple[str, float],
    fake: FakeProvider,
    script: Script,
    sqlite_url: str,
) -> None:
    script.answer = Answer(told[0])
    async with opened(configured(fake, sqlite_url, judge | {"rate": 1.0})) as services:
        id_ = await answered(services, pointsman={"reference": "391"})
        verdict = await verdict_on(services, id_)

    assert (verdict.status, verdict.score, verdict.cost_usd) == ("filed", told[1], 0.0)
    assert calls_of(fake) == 0


async def test_a_webhook_scores_what_it_is_shown(
    fake: FakeProvider, script: Script, sqlite_url: str
) -> None:
    script.answer = Answer("391")
    with FakeProvider(lambda _: Answer(body=b'{"score": 0.3, "reason": "So."}')) as hook:
        judge = {"kind": "webhook", "url": hook.base_url, "rate": 1.0}
        async with opened(configured(fake, sqlite_url, judge)) as services:
            id_ = await answered(services, "17 * 23?", pointsman={"reference": "391"})
            verdict = await verdict_on(services, id_)

    assert (verdict.status, verdict.score, verdict.reason) == ("filed", 0.3, "So.")
    assert hook.received[0].body == {
        "prompt": "user: 17 * 23?",
        "answer": "391",
        "reference": "391",
    }
