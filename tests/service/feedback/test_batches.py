"""Much feedback in one body."""

import json
from typing import Any

import httpx

from tests.service.feedback.rating import Rated, same


def send(rated: Rated, *rows: object) -> httpx.Response:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    return rated.client.post("/v1/feedback/batch", content=b"\n".join(lines))


def answers(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in response.text.splitlines()]


def test_ratings_and_preferences_are_answered_in_their_order(rated: Rated) -> None:
    one, other = rated.decide("Compare"), rated.decide("Compare")

    told = answers(
        send(
            rated,
            {"decision_id": other, "stars": 5},
            {"winner": one, "loser": other, "strength": 0},
            {"decision_id": one, "metric": "tone", "good": False},
        )
    )

    assert [each["decision_id"] for each in told] == [other, one, one]
    assert [each["quality"] for each in told] == [1.0, 0.5, 0.0]
    assert [each["weight"] for each in told] == [1.0, 1.0, 0.5]


def test_a_row_that_is_refused_keeps_no_other_from_being_kept(rated: Rated) -> None:
    decision = rated.decide()
    before = len(rated.rows())
    rows: list[object] = [
        {"decision_id": decision, "score": 0.1},
        {"decision_id": decision, "score": 7},
        {"decision_id": "dec_nowhere", "score": 1},
        {"session_id": "any", "score": 1},
        {"decision_id": decision, "score": 1, "sorce": "user"},
        b"{",
        b'{"decision_id": "\xff", "score": 1}',
        {"winner": decision, "loser": decision},
        {"decision_id": decision, "source": "judge", "score": 0.9},
    ]

    told = answers(send(rated, *rows))

    assert [each.get("error", {}).get("code") for each in told] == [
        None,
        "score_out_of_range",
        "unknown_decision",
        "ambiguous_subject",
        "bad_request",
        "bad_request",
        "bad_request",
        "same_decision",
        None,
    ]
    assert len(rated.rows()) == before + 2


def test_the_posterior_is_as_if_each_row_had_come_alone(rated: Rated) -> None:
    decisions = [rated.decide(f"Question {number}") for number in range(4)]
    before = rated.believed()

    told = answers(send(rated, *({"decision_id": each, "score": 1} for each in decisions)))
    moved = rated.believed()
    for row in told:
        rated.retract(row["feedback_id"]).raise_for_status()

    assert not same(moved, before)
    assert same(rated.believed(), before)


def test_later_rows_correct_earlier_ones(rated: Rated) -> None:
    decision = rated.decide()
    rated.post(decision_id=decision, score=0.3)
    before = rated.believed()

    answers(send(rated, *({"decision_id": decision, "score": score} for score in (1, 0, 0.3))))

    assert same(rated.believed(), before)


def test_an_idempotency_key_counts_once_within_a_batch_and_between_two(rated: Rated) -> None:
    row = {"decision_id": rated.decide(), "score": 0.5, "idempotency_key": "batched"}

    first, again, other = answers(send(rated, row, row, row | {"score": 0.6}))
    (later,) = answers(send(rated, row))

    assert first == again == later
    assert other["error"]["code"] == "key_reused"


def test_empty_lines_are_no_rows(rated: Rated) -> None:
    row = {"decision_id": rated.decide(), "score": 0.5}

    assert len(answers(send(rated, b"", row, b"  ", row, b""))) == 2


def test_a_batch_without_rows_and_one_with_too_many_are_refused(rated: Rated) -> None:
    row = {"decision_id": rated.decide(), "score": 0.5}
    before = rated.rows()

    none, many = send(rated, b"\n"), send(rated, *[row] * 10_001)

    assert (none.status_code, many.status_code) == (400, 400)
    assert "10000" in many.json()["error"]["message"]
    assert rated.rows() == before
