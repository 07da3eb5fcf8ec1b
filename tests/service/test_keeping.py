"""Answers and conversations are kept where the configuration says so, and nowhere else."""

import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from service.caller import KEYLESS
from service.gateway.messages import parse
from service.keeping import MOST_CHARACTERS, Keeping
from service.services import Services, opened
from service.settings import loads
from service.storage.engine import migrate, open_engine
from service.storage.reader import Reader, StoredDecision
from service.storage.records import AnswerRecord
from service.storage.writer import Writer
from service.transcripts import Turn, turns_of
from tests.fakes.every_endpoint import EveryEndpoint
from tests.fakes.live import Live, served
from tests.fakes.provider import Answer, FakeProvider

pytestmark = pytest.mark.anyio

PRICE = {"usd_per_million_tokens_in": 1, "usd_per_million_tokens_out": 1}
HELLO = [{"role": "user", "content": "Hello"}]
SAID = "The user said: Hello"
ENDPOINTS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("chat/completions", {"messages": HELLO}, SAID),
    ("messages", {"messages": HELLO, "max_tokens": 50}, SAID),
    ("responses", {"input": "Hello"}, SAID),
    ("completions", {"prompt": "Once"}, "Once upon"),
)
PARAMETERS: dict[str, Any] = {"type": "object", "properties": {}}
TOOL = {"type": "function", "function": {"name": "f", "parameters": PARAMETERS}}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}


def document(fake: FakeProvider, url: str, **storage: bool) -> str:
    model = {"base_url": fake.base_url, "price": PRICE, "capabilities": ["tools", "images"]}
    return json.dumps({"models": {"small": model}, "storage": {"url": url, **storage}})


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("keeping")
    with FakeProvider(EveryEndpoint()) as fake:
        url = f"sqlite:///{folder / 'log.db'}"
        with served(document(fake, url, keep_answers=True), folder) as running:
            yield running


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("path", "body", "said"), ENDPOINTS)
def test_what_any_endpoint_answers_is_kept_and_shown(
    keeping: Live, path: str, body: dict[str, Any], said: str, *, stream: bool
) -> None:
    asked = {"model": "auto", "stream": stream, **body}

    with httpx.Client(base_url=keeping.url, timeout=30.0) as client:
        answer = client.post(f"/v1/{path}", json=asked).raise_for_status()
        where = f"/v1/decisions/{answer.headers['x-pointsman-decision-id']}"
        while not (told := client.get(where).json())["outcomes"]:
            time.sleep(0.02)

    assert told["answer"] == said


@asynccontextmanager
async def service(answer: Answer, url: str, **storage: bool) -> AsyncIterator[Services]:
    with FakeProvider(lambda _: answer) as fake:
        async with opened(loads(document(fake, url, **storage), {})) as services:
            yield services


async def answered(services: Services, **fields: object) -> StoredDecision:
    asked = parse(json.dumps({"model": "auto", "messages": HELLO, **fields}).encode())
    whole = await services.router.complete(asked)
    return await found(services, whole.decided.record.id)


async def found(services: Services, decision_id: str) -> StoredDecision:
    stored = await services.reader.decision(decision_id, KEYLESS)
    assert stored is not None
    return stored


async def test_nothing_of_an_answer_or_a_prompt_is_kept_unless_it_is_asked_for(
    database_url: str,
) -> None:
    async with service(Answer("Hi."), database_url) as services:
        stored = await answered(services)

    assert stored.answer is None
    assert (stored.decision.prompt, stored.decision.messages) == (None, None)


async def test_an_answer_stands_in_the_log_when_it_is_given(database_url: str) -> None:
    async with service(Answer("Hi \x00 there."), database_url, keep_answers=True) as services:
        stored = await answered(services)

    assert stored.answer == "Hi \N{SYMBOL FOR NULL} there."
    assert [outcome.status for outcome in stored.outcomes] == ["ok"]


async def test_a_long_answer_is_cut(sqlite_url: str) -> None:
    long = Answer("0123456789" * (MOST_CHARACTERS // 10) + "the end")

    async with service(long, sqlite_url, keep_answers=True) as services:
        stored = await answered(services)

    assert stored.answer == long.text[:MOST_CHARACTERS]


async def test_a_stream_that_does_not_reach_its_end_is_not_kept(sqlite_url: str) -> None:
    async with service(Answer("It ends.", cut_after=3), sqlite_url, keep_answers=True) as services:
        asked = parse(json.dumps({"model": "auto", "messages": HELLO, "stream": True}).encode())
        stream = await services.router.stream(asked)
        async for _ in stream:
            pass

    engine = open_engine(sqlite_url)
    stored = await Reader(engine).decision(stream.decided.record.id, KEYLESS)
    await engine.dispose()
    assert stored is not None
    assert (stored.answer, stored.outcomes[0].status) == (None, "error")


async def test_an_answer_in_no_words_is_not_kept(sqlite_url: str) -> None:
    with FakeProvider(EveryEndpoint()) as fake:
        told = document(fake, sqlite_url, keep_answers=True)
        async with opened(loads(told, {})) as services:
            stored = await answered(services, tools=[TOOL])

    assert stored.answer is None


@pytest.mark.parametrize("room", [0, None])
async def test_an_answer_that_cannot_be_kept_harms_nobody(
    sqlite_url: str, room: int | None, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)
    record = AnswerRecord("dec_nowhere", "A secret.")

    async with Writer(engine, limit=4096 if room is None else room) as writer:
        Keeping(writer, is_on=True).keep(record)
    Keeping(writer, is_on=True).keep(record)

    await engine.dispose()
    told = capsys.readouterr().out
    assert told.count("answer_not_kept") == 2
    assert "secret" not in told


async def test_a_conversation_is_kept_with_its_prompt(database_url: str) -> None:
    turns = [
        {"role": "system", "content": "Be\nbrief."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi."},
        {"role": "user", "content": [{"type": "text", "text": "Why \x00?"}]},
    ]

    async with service(Answer("So."), database_url, keep_prompts=True) as services:
        stored = await answered(services, messages=turns)

    assert turns_of(stored.decision.messages or "") == (
        Turn("system", "Be\nbrief."),
        Turn("user", "Hello"),
        Turn("assistant", "Hi."),
        Turn("user", "Why \x00?"),
    )


@pytest.mark.parametrize(
    "turn",
    [
        {"role": "user", "content": [PICTURE]},
        {"role": "tool", "content": "7", "tool_call_id": "a"},
        {"role": "user", "content": "?" * 100_001},
    ],
)
async def test_a_conversation_that_is_more_than_text_or_too_long_is_not_kept(
    sqlite_url: str, turn: dict[str, object]
) -> None:
    async with service(Answer("So."), sqlite_url, keep_prompts=True) as services:
        stored = await answered(services, messages=[*HELLO, turn])

    assert stored.decision.prompt is not None
    assert stored.decision.messages is None
