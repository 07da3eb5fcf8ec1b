"""What clients of a running service do becomes feedback, and keeps no request waiting."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.services import opened
from service.settings import loads
from service.signals.noticing import Signal
from service.signals.signals import Signals
from tests.fakes.live import served
from tests.fakes.provider import Answer, FakeProvider
from tests.service.feedback.conftest import PRICE
from tests.service.feedback.rating import Rated

SOURCES = ("user", "asked_again", "regenerated", "aborted")
SIGNALS = {"asked_again": {}, "regenerated": {"quality": 0.1}, "aborted": {"quality": 0.3}}


def document(fake: FakeProvider, folder: Path) -> str:
    model = {"base_url": fake.base_url, "price": PRICE}
    return json.dumps(
        {
            "models": {"small": model, "large": model},
            "sources": {source: {} for source in SOURCES},
            "routes": {"default": {"signals": SIGNALS}, "quiet": {}},
            "storage": {"url": f"sqlite:///{folder / 'log.db'}"},
        }
    )


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeProvider]:
    with FakeProvider(
        lambda asked: Answer(pause_seconds=0.05 if asked.prompt == "" else 0)
    ) as fake:
        yield fake


@pytest.fixture(scope="module")
def rated(fake: FakeProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rated]:
    folder = tmp_path_factory.mktemp("signals")
    with (
        served(document(fake, folder), folder) as running,
        httpx.Client(base_url=running.url, timeout=30.0) as client,
    ):
        yield Rated(client, folder / "log.db")


def asked(*texts: str, **fields: object) -> dict[str, Any]:
    """A request in which the user and the model took turns to say these."""
    roles = ("user", "assistant")
    messages = [{"role": roles[k % 2], "content": text} for k, text in enumerate(texts)]
    return {"model": "auto", "messages": messages, **fields}


def asked_again(rated: Rated, what: str, **fields: object) -> str:
    """Ask a question twice in other words; gives the first decision's id."""
    before = answered(rated, f"How do I sort a {what}?", **fields)
    answered(rated, f"How do I sort a {what}?", "So.", f"How do I sort the {what}?", **fields)
    return before


def answered(rated: Rated, *texts: str, **fields: object) -> str:
    answer = rated.client.post("/v1/chat/completions", json=asked(*texts, **fields))
    answer.raise_for_status()
    return answer.headers["x-pointsman-decision-id"]


def words(rated: Rated, decision_id: str, count: int = 1) -> list[tuple[str, float]]:
    for _ in range(100):
        found = [(word["source"], word["quality"]) for word in rated.words(decision_id)]
        if len(found) >= count:
            return found
        time.sleep(0.05)
    pytest.fail("no signal was filed")


def test_a_question_in_other_words_rates_the_answer_before(rated: Rated) -> None:
    before = asked_again(rated, "list")

    assert words(rated, before) == [("asked_again", 0.2)]


def test_an_answer_made_anew_rates_the_one_before_once(rated: Rated) -> None:
    dial = {"pointsman": {"session_id": "regenerating"}}
    one, other, last = (answered(rated, "Write a poem.", **dial) for _ in range(3))

    assert words(rated, one) == [("regenerated", 0.1)]
    assert words(rated, other) == [("regenerated", 0.1)]
    assert rated.words(last) == []


def test_a_stream_counts_like_an_answer_in_one_piece(rated: Rated) -> None:
    dial = {"pointsman": {"session_id": "streaming"}, "stream": True}
    one = answered(rated, "Write a poem.", **dial)

    answered(rated, "Write a poem.", **dial)

    assert words(rated, one) == [("regenerated", 0.1)]


def test_hanging_up_on_a_stream_rates_it(rated: Rated, fake: FakeProvider) -> None:
    before, fake.answers = fake.answers, lambda _: Answer("word " * 200, pause_seconds=0.05)
    try:
        sent = asked("Tell me everything.", stream=True)
        with rated.client.stream("POST", "/v1/chat/completions", json=sent) as answer:
            next(answer.iter_bytes())
    finally:
        fake.answers = before

    assert words(rated, answer.headers["x-pointsman-decision-id"]) == [("aborted", 0.3)]


def test_a_stream_that_its_provider_breaks_off_is_nobodys_word(
    rated: Rated, fake: FakeProvider
) -> None:
    before, fake.answers = fake.answers, lambda _: Answer("word " * 20, cut_after=5)
    try:
        cut = answered(rated, "Tell me everything.", stream=True)
    finally:
        fake.answers = before

    assert words(rated, asked_again(rated, "table"))
    assert rated.words(cut) == []


def test_a_route_without_signals_takes_nothing_for_feedback(rated: Rated) -> None:
    quiet = asked_again(rated, "deck", model="auto:quiet")

    assert words(rated, asked_again(rated, "shelf"))
    assert rated.words(quiet) == []


@pytest.mark.anyio
async def test_a_full_queue_takes_no_more_and_nobody_waits(
    fake: FakeProvider, tmp_path: Path
) -> None:
    settings = loads(document(fake, tmp_path), {})
    async with opened(settings) as services:
        signals = Signals(settings, services.ratings, most_waiting=2)
        for k in range(5):
            signals.offer(Signal("aborted", f"dec_{k}", "aborted", 0.3))
        dropped = signals.dropped
        running = asyncio.create_task(signals.run())
        await asyncio.sleep(0.2)
        running.cancel()

    assert (dropped, signals.dropped) == (3, 0)
