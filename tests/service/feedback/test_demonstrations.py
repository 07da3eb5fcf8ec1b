"""What an answer should have been becomes a rating of what it was."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from feedback.similarity import similarity
from service import clock
from service.caller import KEYLESS
from service.demonstrations import Shown
from service.export.demonstrations import exported_demonstrations
from service.gateway.messages import parse
from service.keeping import Keeping
from service.services import Services, opened
from service.settings import loads
from service.storage.engine import open_engine
from service.storage.records import AnswerRecord
from tests.fakes.live import served
from tests.fakes.provider import Answer, FakeProvider
from tests.service.feedback.conftest import PRICE
from tests.service.feedback.rating import Rated, same
from tests.service.feedback.test_refusals import TEXTS

WRONG, RIGHT = "The capital of Australia is Sydney.", "The capital of Australia is Canberra."
ASKED = {"model": "auto", "messages": [{"role": "user", "content": "Which one?"}]}


def document(fake: FakeProvider, database: str, *, keep_answers: bool) -> str:
    model = {"base_url": fake.base_url, "price": PRICE}
    models = {"small": model, "large": model}
    storage = {"url": database, "keep_answers": keep_answers}
    sources = {"user": {}, "editor": {"noise_std": 0.6}}
    return json.dumps({"models": models, "storage": storage, "sources": sources})


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rated]:
    """A service that keeps answers."""
    folder = tmp_path_factory.mktemp("demonstrations")
    with FakeProvider(lambda _: Answer(WRONG)) as fake:
        told = document(fake, f"sqlite:///{folder / 'log.db'}", keep_answers=True)
        with served(told, folder) as running, httpx.Client(base_url=running.url) as client:
            yield Rated(client, folder / "log.db")


def answered(service: Rated) -> str:
    answer = service.client.post("/v1/chat/completions", json=ASKED).raise_for_status()
    return answer.headers["x-pointsman-decision-id"]


def texts(database: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT feedback_id, text FROM demonstrations").fetchall()


def test_its_quality_is_how_much_of_the_kept_answer_could_stay(keeping: Rated) -> None:
    decision = answered(keeping)
    before = keeping.believed()

    told = keeping.post("/demonstration", decision_id=decision, answer=RIGHT, source="editor")

    assert told["quality"] == pytest.approx(similarity(WRONG, RIGHT))
    assert (told["source"], told["metric"], told["weight"]) == ("editor", "quality", 1.0)
    assert not same(keeping.believed(), before)
    assert (told["feedback_id"], RIGHT) in texts(keeping.database)


def test_the_kept_answer_counts_whatever_is_said_to_have_been_sent(keeping: Rated) -> None:
    told = keeping.post(
        "/demonstration", decision_id=answered(keeping), answer=RIGHT, sent="Something else"
    )

    assert told["quality"] == pytest.approx(similarity(WRONG, RIGHT))


def test_a_later_one_corrects_it_and_it_can_be_taken_back(keeping: Rated) -> None:
    before = keeping.believed()
    decision = answered(keeping)
    keeping.post("/demonstration", decision_id=decision, answer="Canberra, since 1913.")
    corrected = keeping.post("/demonstration", decision_id=decision, answer=WRONG)

    assert corrected["quality"] == 1.0
    assert [word["quality"] for word in keeping.words(decision)][-1] == 1.0
    assert keeping.retract(corrected["feedback_id"]).status_code == 200
    assert same(keeping.believed(), before)


def test_the_same_key_counts_once_and_another_text_under_it_is_refused(keeping: Rated) -> None:
    said = {"decision_id": answered(keeping), "idempotency_key": "once"}
    first = keeping.post("/demonstration", answer=RIGHT, **said)
    again = keeping.post("/demonstration", answer=RIGHT, **said)

    assert again == first
    assert keeping.refused("/demonstration", answer=WRONG, **said) == (422, "key_reused")
    assert [text for id_, text in texts(keeping.database) if id_ == first["feedback_id"]] == [RIGHT]


def test_what_was_sent_can_be_told_where_answers_are_not_kept(rated: Rated) -> None:
    decision = rated.decide()

    told = rated.post("/demonstration", decision_id=decision, answer=RIGHT, sent=WRONG)

    assert told["quality"] == pytest.approx(similarity(WRONG, RIGHT))


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({}, (400, "answer_not_kept")),
        ({"decision_id": "dec_nowhere"}, (404, "unknown_decision")),
        ({"sent": WRONG, "source": "stranger"}, (400, "unknown_source")),
        ({"sent": WRONG, "metric": "beauty"}, (400, "unknown_metric")),
        ({"sent": WRONG, "answer": ""}, (400, "None")),
        ({"sent": "x" * 100_001}, (400, "None")),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_kept(
    rated: Rated, said: dict[str, object], refusal: tuple[int, str]
) -> None:
    before = rated.rows(), texts(rated.database)

    shown = {"decision_id": rated.decide(), "answer": RIGHT} | said

    assert rated.refused("/demonstration", **shown) == refusal
    assert (rated.rows(), texts(rated.database)) == before


@pytest.mark.parametrize("text", ["\\ud800", "a" * 17_000_000])
def test_a_text_that_is_none_or_a_book_is_refused(rated: Rated, text: str) -> None:
    before = rated.rows(), texts(rated.database)
    body = f'{{"decision_id": "{rated.decide()}", "sent": "{WRONG}", "answer": "{text}"}}'

    answer = rated.client.post("/v1/feedback/demonstration", content=body)

    assert answer.status_code in {400, 413}
    assert len(answer.content) < 1000
    assert (rated.rows(), texts(rated.database)) == before


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_means_nothing_but_itself(rated: Rated, text: str) -> None:
    shown = {"decision_id": rated.decide(), "sent": text, "answer": f"{text}."}

    told = rated.post("/demonstration", **shown)

    kept = f"{text}.".replace("\x00", "\N{SYMBOL FOR NULL}")
    assert (told["feedback_id"], kept) in texts(rated.database)


@pytest.fixture
async def replica(anyio_backend: str, database_url: str) -> AsyncIterator[Services]:
    with FakeProvider(lambda _: Answer(WRONG)) as fake:
        told = document(fake, database_url, keep_answers=True)
        async with opened(loads(told, {})) as services:
            yield services


@pytest.mark.anyio
async def test_it_waits_for_an_answer_that_is_being_committed(replica: Services) -> None:
    decided = await replica.router.choose(parse(json.dumps(ASKED).encode()))
    shown = Shown(decided.record.id, RIGHT)
    taking = asyncio.create_task(replica.demonstrations.take(shown, KEYLESS))

    await asyncio.sleep(0.3)
    assert not taking.done()
    Keeping(replica.writer, is_on=True).keep(AnswerRecord(shown.decision_id, WRONG))

    assert (await taking).quality == pytest.approx(similarity(WRONG, RIGHT))


@pytest.mark.anyio
async def test_a_text_that_was_lost_on_the_way_comes_with_the_second_sending(
    replica: Services, database_url: str
) -> None:
    whole = await replica.router.complete(parse(json.dumps(ASKED).encode()))
    shown = Shown(whole.decided.record.id, RIGHT, idempotency_key=clock.feedback_id())
    rating = await replica.ratings.take(shown.said(similarity(WRONG, RIGHT)), KEYLESS)

    record = await replica.demonstrations.take(shown, KEYLESS)
    engine = open_engine(database_url)
    exported = [row async for row in exported_demonstrations(engine)]
    await engine.dispose()

    assert record.id == rating.id
    assert [row.demonstration for row in exported] == [RIGHT]
