"""Ratings count for how unlikely they were to be given, where a route says so."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from tests.fakes.live import served
from tests.service.feedback.conftest import MODEL
from tests.service.feedback.rating import Rated

OFTEN = "What is {0} times {0}? Compute {0} * {0} = ? 1{0} 2{0} 3{0}"
RARELY = "Tell me a story about the sea, a lighthouse and chapter {0} of an old sailor's life."
WEIGHTS = {"after_seconds": 0, "every_seconds": 1, "most": 4.0}


def document(url: str, weights: object) -> str:
    """A configuration with a route that weighs ratings like this, and one that does not."""
    return json.dumps(
        {
            "models": {"small": MODEL, "large": MODEL},
            "routes": {
                "default": {"metrics": {"tone": 0.5}, "rating_weights": weights},
                "plain": {},
            },
            "storage": {"url": url},
            "seed": 3,
        }
    )


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("selection")
    with served(document(f"sqlite:///{folder / 'log.db'}", WEIGHTS), folder) as running:
        yield running.url, folder / "log.db"


@pytest.fixture(scope="module")
def habit(service: tuple[str, Path]) -> None:
    """Sums are rated nine times in ten, stories once in ten; the service has learned that.

    Of so many ratings that scales were just learned, at 135, and are not again within these tests,
    at 203; and of such scores that no later one is a surprise to the change detector.
    """
    with httpx.Client(base_url=service[0], timeout=30.0) as client:
        rated = Rated(client, service[1])
        for k in range(150):
            for prompt, rates in ((OFTEN, k % 10 > 0), (RARELY, k % 10 == 0)):
                decision = rated.decide(prompt.format(k))
                if rates:
                    rated.post(decision_id=decision, score=0.6 + 0.4 * (k % 2))
        until_learned(rated)


def until_learned(rated: Rated) -> None:
    """Rate one story every second, in which who rates is learned anew, until that counts."""
    story = rated.decide(RARELY.format(0))
    for _ in range(30):
        if rated.post(decision_id=story, score=0.8)["weight"] > 1.5:
            return
        time.sleep(1.0)
    raise AssertionError


@pytest.mark.usefixtures("habit")
def test_a_rating_of_a_kind_that_is_rarely_rated_counts_for_more(rated: Rated) -> None:
    rare = rated.post(decision_id=rated.decide(RARELY.format(77)), score=1.0)["weight"]
    often = rated.post(decision_id=rated.decide(OFTEN.format(77)), score=1.0)["weight"]

    assert 1.5 < rare <= 4.0
    assert 0.25 <= often < 1.0


@pytest.mark.usefixtures("habit")
def test_what_a_word_counts_for_is_shown_and_stands_in_the_log(rated: Rated) -> None:
    decision = rated.decide(RARELY.format(77))
    word = rated.post(decision_id=decision, score=1.0)

    assert [one["weight"] for one in rated.words(decision)] == [word["weight"]]
    shown = rated.client.get("/v1/routes/default/segments", params={"by": "kind"}).json()
    spread = shown["report"]["who_rates"]["user"]["weights"]
    assert spread["least"] <= spread["mean"] <= spread["most"] <= 4.0
    assert word["weight"] <= spread["most"]
    chances = next(one for one in shown["chances"] if one["metric"] == "quality")
    assert set(chances["by_model"]) == {"small", "large"}
    assert all(0.0 < chance < 1.0 for chance in chances["by_model"].values())


@pytest.mark.usefixtures("habit")
def test_a_correction_is_weighed_as_the_word_it_corrects(rated: Rated) -> None:
    decision = rated.decide(RARELY.format(77))
    before = rated.believed()
    first = rated.post(decision_id=decision, score=1.0)

    second = rated.post(decision_id=decision, score=0.0)

    assert second["weight"] > 1.5
    assert second["weight"] == pytest.approx(first["weight"], rel=0.3)
    assert rated.retract(second["feedback_id"]).json()["weight"] == second["weight"]
    np.testing.assert_allclose(rated.believed(), before, atol=1e-6)


@pytest.mark.usefixtures("habit")
def test_a_batch_and_the_shares_of_a_session_are_weighed_too(rated: Rated) -> None:
    rows = [{"decision_id": rated.decide(RARELY.format(k)), "score": 1} for k in range(12)]
    body = "\n".join(json.dumps(row) for row in rows)
    for k in range(2):
        rated.decide(RARELY.format(k), session_id="tale")

    answer = rated.client.post("/v1/feedback/batch", content=body).text.splitlines()
    shares = rated.post(session_id="tale", score=1)["shares"]

    assert all(1.5 < json.loads(line)["weight"] <= 4.0 for line in answer)
    assert all(0.75 < share["weight"] <= 2.0 for share in shares)


@pytest.mark.usefixtures("habit")
def test_other_sources_metrics_and_routes_and_preferences_count_for_one(rated: Rated) -> None:
    one, other = (rated.decide(RARELY.format(77)) for _ in range(2))
    elsewhere = rated.decide(RARELY.format(77), model="auto:plain")

    said = [
        rated.post(decision_id=one, source="judge", score=1.0),
        rated.post(decision_id=elsewhere, score=1.0),
        rated.post("/preference", winner=one, loser=other),
    ]

    assert [word["weight"] for word in said] == [1.0, 1.0, 1.0]
    assert rated.post(decision_id=one, metric="tone", score=1.0)["weight"] == 0.5
