"""What sources are worth can be looked up, and is learned from what they say of the same."""

from typing import Any

import pytest

from tests.service.feedback.rating import Rated


def shown(rated: Rated) -> dict[tuple[str, str], dict[str, Any]]:
    answer = rated.client.get("/v1/routes/default/sources").raise_for_status().json()
    assert (answer["route"], answer["reference"]) == ("default", "user")
    return {(worth["source"], worth["metric"]): worth for worth in answer["sources"]}


def test_a_judge_is_compared_with_people_where_both_rated(rated: Rated) -> None:
    before = shown(rated).get(("judge", "quality"), {"overlap": 0})
    for k in range(40):
        decision, quality = rated.decide(f"Question {k}"), (k % 5) / 4
        said = [("user", quality), ("judge", 0.4 + 0.5 * quality)]
        for source, score in said if k % 2 else reversed(said):
            rated.post(decision_id=decision, source=source, score=score)
    rated.post(decision_id=rated.decide(), source="judge", score=0.5, metric="tone")

    worth = shown(rated)

    judge = worth["judge", "quality"]
    assert judge["overlap"] == before["overlap"] + 40 <= judge["ratings"]
    assert judge["heard"]
    assert judge["slope"]["low"] < 0.52 < judge["slope"]["high"] < 0.7
    assert judge["offset"]["value"] == pytest.approx(0.4, abs=0.05)
    assert judge["noise_std"]["low"] < judge["noise_std"]["value"] < judge["noise_std"]["high"]
    assert worth["judge", "tone"]["overlap"] == 0


def test_a_word_that_is_corrected_or_taken_back_is_compared_as_it_stands(rated: Rated) -> None:
    rated.post(decision_id=rated.decide("One question"), source="judge", score=0.5)
    before = shown(rated)["judge", "quality"]
    decision = rated.decide("Another question")
    rated.post(decision_id=decision, source="judge", score=0.9)
    word = rated.post(decision_id=decision, score=0.1)
    rated.post(decision_id=decision, source="judge", score=0.2)
    assert shown(rated)["judge", "quality"]["overlap"] == before["overlap"] + 1

    rated.retract(word["feedback_id"])
    rated.post(decision_id=decision, source="judge", score=0.3)

    after = shown(rated)["judge", "quality"]
    assert after["overlap"] == before["overlap"]
    assert after["slope"]["value"] == pytest.approx(before["slope"]["value"], abs=1e-9)


@pytest.mark.parametrize("what", ["sources", "raters"])
def test_a_route_that_is_not_there_is_told(rated: Rated, what: str) -> None:
    assert rated.client.get(f"/v1/routes/nowhere/{what}").status_code == 404
