"""Feedback that is taken back."""

from tests.service.feedback.rating import Rated, same


def test_what_a_word_taught_is_unlearned_exactly(rated: Rated) -> None:
    decision = rated.decide()
    rated.post(decision_id=decision, source="judge", score=0.4)
    before = rated.believed()

    word = rated.post(decision_id=decision, score=0.9)
    assert not same(rated.believed(), before)
    rated.retract(word["feedback_id"]).raise_for_status()

    assert same(rated.believed(), before)


def test_a_preference_is_unlearned_exactly(rated: Rated) -> None:
    one = rated.decide("Compare", candidates=["small"])
    other = rated.decide("Compare", candidates=["large"])
    before = rated.believed()

    word = rated.post("/preference", winner=one, loser=other)
    assert not same(rated.believed(), before)
    rated.retract(word["feedback_id"]).raise_for_status()

    assert same(rated.believed(), before)


def test_a_corrected_word_leaves_nothing_when_its_correction_is_taken_back(rated: Rated) -> None:
    decision = rated.decide()
    before = rated.believed()
    rated.post(decision_id=decision, score=0.1)

    word = rated.post(decision_id=decision, score=0.9)
    rated.retract(word["feedback_id"]).raise_for_status()

    assert same(rated.believed(), before)


def test_a_source_may_speak_again_after_it_has_taken_its_word_back(rated: Rated) -> None:
    decision = rated.decide()
    word = rated.post(decision_id=decision, score=0.9)
    said = rated.believed()

    rated.retract(word["feedback_id"])
    rated.post(decision_id=decision, score=0.9)

    assert same(rated.believed(), said)
    assert [word["retracts"] for word in rated.words(decision)] == [False, True, False]


def test_only_a_word_that_stands_can_be_taken_back(rated: Rated) -> None:
    decision = rated.decide()
    first = rated.post(decision_id=decision, score=0.1)["feedback_id"]
    second = rated.post(decision_id=decision, score=0.2)["feedback_id"]
    retracted = rated.retract(second).json()["feedback_id"]
    before = rated.rows()

    refusals = [rated.retract(word) for word in (first, second, retracted, "fb_nowhere", "%00")]

    assert [answer.status_code for answer in refusals] == [404] * 5
    assert {answer.json()["error"]["code"] for answer in refusals} == {"nothing_to_retract"}
    assert rated.rows() == before
