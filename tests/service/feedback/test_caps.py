"""One who gives feedback teaches no more in an hour than the source's cap."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.fakes.live import served
from tests.service.feedback.conftest import MODEL
from tests.service.feedback.rating import Rated, same


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A service whose widget is capped, and whose staff is not."""
    folder = tmp_path_factory.mktemp("caps")
    document = {
        "models": {"small": MODEL, "large": MODEL},
        "sources": {"user": {}, "widget": {"most_per_hour": 3}, "other": {"most_per_hour": 1.5}},
        "storage": {"url": f"sqlite:///{folder / 'log.db'}"},
    }
    with served(json.dumps(document), folder) as running:
        yield running.url, folder / "log.db"


def weights(rated: Rated, count: int, source: str, rater: str | None = None) -> list[float]:
    return [
        rated.post(decision_id=rated.decide(), source=source, score=0.0, rater=rater)["weight"]
        for _ in range(count)
    ]


def test_words_over_the_cap_are_kept_and_teach_nothing(rated: Rated) -> None:
    assert weights(rated, 3, "widget", rater="eve") == [1.0, 1.0, 1.0]
    taught, kept = rated.believed(), len(rated.rows())

    assert weights(rated, 2, "widget", rater="eve") == [0.0, 0.0]

    assert same(rated.believed(), taught)
    assert len(rated.rows()) == kept + 2


def test_each_rater_has_a_cap_and_so_have_all_who_give_no_name(rated: Rated) -> None:
    assert weights(rated, 4, "widget", rater="ann") == [1.0, 1.0, 1.0, 0.0]
    assert weights(rated, 4, "widget", rater="bob") == [1.0, 1.0, 1.0, 0.0]
    assert weights(rated, 4, "widget") == [1.0, 1.0, 1.0, 0.0]


def test_a_source_without_a_cap_teaches_all_it_says(rated: Rated) -> None:
    assert weights(rated, 6, "user", rater="eve") == [1.0] * 6


def test_a_batch_is_capped_in_its_order_and_a_share_counts_as_one(rated: Rated) -> None:
    rows = [
        json.dumps({"decision_id": rated.decide(), "source": "widget", "score": 1, "rater": "zoe"})
        for _ in range(5)
    ]
    answer = rated.client.post("/v1/feedback/batch", content="\n".join(rows))
    told = [json.loads(line)["weight"] for line in answer.text.splitlines()]
    assert told == [1.0, 1.0, 1.0, 0.0, 0.0]

    for _ in range(2):
        rated.decide("A conversation", session_id="s1")
    rated.post(session_id="s1", source="other", score=1)
    assert weights(rated, 1, "other") == [0.0]


def test_a_word_over_the_cap_can_be_taken_back(rated: Rated) -> None:
    weights(rated, 3, "widget", rater="dan")
    before = rated.believed()
    word = rated.post(decision_id=rated.decide(), source="widget", score=0.0, rater="dan")
    assert word["weight"] == 0.0

    assert isinstance(rated.retract(word["feedback_id"]), httpx.Response)
    assert same(rated.believed(), before)
