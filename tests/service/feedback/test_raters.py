"""Who disagrees with everyone can be looked up."""

import pytest

from tests.service.feedback.rating import Rated


def test_a_rater_who_says_the_opposite_of_everyone_comes_first(rated: Rated) -> None:
    for k in range(48):
        decision = rated.decide(f"Hard question {k}")
        rated.post(decision_id=decision, score=0.8, rater="ann" if k % 2 else "bob")
        rater = "eve" if k % 6 == 0 else "joe"
        rated.post(
            decision_id=decision, source="judge", score=0.0 if rater == "eve" else 0.8, rater=rater
        )

    answer = rated.client.get("/v1/routes/default/raters").raise_for_status().json()

    first = answer["raters"][0]
    assert (first["source"], first["rater"], first["ratings"]) == ("judge", "eve", 8)
    assert first["surprise"] < -4.0
    assert first["compared"] == 8
    assert first["mean_difference"] == pytest.approx(-0.8)
    assert first["mean_distance"] == pytest.approx(0.8)
