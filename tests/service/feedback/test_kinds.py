"""Ratings of every kind: scales, metrics, shares of a session."""

from typing import Any

import pytest

from tests.service.feedback.rating import Rated, same


@pytest.mark.parametrize(
    ("said", "quality"),
    [
        ({"score": 0.3}, 0.3),
        ({"stars": 1}, 0.0),
        ({"stars": 2.5}, 0.375),
        ({"stars": 5}, 1.0),
        ({"thumbs": "down"}, 0.0),
        ({"good": True}, 1.0),
        ({"good": False}, 0.0),
        ({"rating": {"value": -1, "min": -2, "max": 2}}, 0.25),
    ],
)
def test_every_scale_becomes_a_quality(rated: Rated, said: dict[str, Any], quality: float) -> None:
    acknowledged = rated.post(decision_id=rated.decide(), **said)

    assert acknowledged["quality"] == quality
    assert (acknowledged["metric"], acknowledged["weight"]) == ("quality", 1.0)


def test_a_metric_counts_what_its_route_says(rated: Rated) -> None:
    decision = rated.decide()
    before = rated.believed()

    tone = rated.post(decision_id=decision, metric="tone", stars=5)

    assert (tone["metric"], tone["weight"]) == ("tone", 0.5)
    assert not same(rated.believed(), before)


def test_a_metric_that_counts_nothing_is_kept_and_teaches_nothing(rated: Rated) -> None:
    decision = rated.decide()
    before = rated.believed()

    rated.post(decision_id=decision, metric="speed", score=0)

    (word,) = rated.words(decision)
    assert (word["metric"], word["quality"], word["weight"]) == ("speed", 0.0, 0.0)
    assert same(rated.believed(), before)


def test_metrics_of_one_source_stand_beside_each_other(rated: Rated) -> None:
    decision = rated.decide()
    rated.post(decision_id=decision, score=1)
    quality_only = rated.believed()

    tone = rated.post(decision_id=decision, metric="tone", score=0)
    rated.retract(tone["feedback_id"])

    assert same(rated.believed(), quality_only)


def test_what_is_said_of_a_session_is_shared_out_over_its_decisions(rated: Rated) -> None:
    decisions = {rated.decide(f"Question {n}", session_id="shared") for n in range(4)}
    rated.decide("Elsewhere", session_id="another")

    shares = rated.post(session_id="shared", metric="tone", score=0.8)["shares"]

    assert {share["decision_id"] for share in shares} == decisions
    assert [share["quality"] for share in shares] == [0.8] * 4
    assert sum(share["weight"] for share in shares) == pytest.approx(0.5)


def test_a_correction_of_a_session_corrects_each_share(rated: Rated) -> None:
    for number in range(3):
        rated.decide(f"Question {number}", session_id="corrected")
    rated.post(session_id="corrected", thumbs="up")
    before = rated.believed()

    rated.post(session_id="corrected", thumbs="down")
    between = rated.believed()
    rated.post(session_id="corrected", thumbs="up")

    assert not same(between, before)
    assert same(rated.believed(), before)


def test_a_decision_that_joins_a_session_gets_its_share_with_the_next_word(rated: Rated) -> None:
    first = rated.decide("One", session_id="growing")
    rated.post(session_id="growing", score=1)
    second = rated.decide("Two", session_id="growing")

    shares = rated.post(session_id="growing", score=1)["shares"]

    assert [share["decision_id"] for share in shares] == [first, second]
    assert [word["weight"] for word in rated.words(first)] == [1.0, 0.5]


def test_an_idempotency_key_rates_a_session_once(rated: Rated) -> None:
    for number in range(2):
        rated.decide(f"Question {number}", session_id="once")
    said: dict[str, Any] = {"session_id": "once", "score": 0.5, "idempotency_key": "session-once"}

    first, again = rated.post(**said), rated.post(**said)

    assert first == again
    assert rated.refused(**(said | {"score": 0.6})) == (422, "key_reused")


def test_a_word_is_explained_with_all_that_was_said(rated: Rated) -> None:
    decision = rated.decide()
    said: dict[str, Any] = {"comment": "Too long", "tags": ["style"], "rater": "r-7"}
    rated.post(decision_id=decision, source="judge", metric="tone", stars=2, **said)

    (word,) = rated.words(decision)

    assert (word["comment"], word["tags"], word["rater"]) == ("Too long", ["style"], "r-7")
    assert (word["source"], word["metric"], word["weight"]) == ("judge", "tone", 0.5)
    assert (word["decision_id"], word["against"], word["retracts"]) == (decision, None, False)
