"""Feedback over HTTP: what is taken, what moves, what is refused."""

import math

import httpx
import pytest


def decide(client: httpx.Client, prompt: str = "What is a monad?") -> dict[str, object]:
    answer = client.post("/v1/route", json={"model": "auto", "prompt": prompt})
    decided: dict[str, object] = answer.raise_for_status().json()
    return decided


def believed(client: httpx.Client, model: object) -> float:
    shown = client.get("/v1/routes/default/policy").raise_for_status().json()
    mean: float = next(m["quality_mean"] for m in shown["models"] if m["model"] == model)
    return mean


def test_the_posterior_has_moved_when_the_acknowledgement_arrives(client: httpx.Client) -> None:
    decided = decide(client)
    before = believed(client, decided["model"])

    answer = client.post("/v1/feedback", json={"decision_id": decided["decision_id"], "score": 0})

    assert answer.status_code == 202
    assert answer.json()["quality"] == 0.0
    assert believed(client, decided["model"]) < before


def test_a_second_rating_by_the_same_source_corrects_the_first(client: httpx.Client) -> None:
    decided = decide(client)
    rating = {"decision_id": decided["decision_id"], "source": "judge"}
    client.post("/v1/feedback", json=rating | {"thumbs": "up"}).raise_for_status()
    after_first = believed(client, decided["model"])

    client.post("/v1/feedback", json=rating | {"thumbs": "down"}).raise_for_status()
    client.post("/v1/feedback", json=rating | {"thumbs": "up"}).raise_for_status()

    assert math.isclose(believed(client, decided["model"]), after_first, abs_tol=1e-9)


def test_an_idempotency_key_rates_once(client: httpx.Client) -> None:
    decided = decide(client)
    rating = {"decision_id": decided["decision_id"], "score": 0.5, "idempotency_key": "k-1"}

    first = client.post("/v1/feedback", json=rating)
    again = client.post("/v1/feedback", json=rating)
    other = client.post("/v1/feedback", json=rating | {"score": 0.6})

    assert first.json()["feedback_id"] == again.json()["feedback_id"]
    assert other.status_code == 422
    assert other.json()["error"]["code"] == "key_reused"


def test_a_scale_of_ones_own_becomes_quality(client: httpx.Client) -> None:
    decided = decide(client)
    rating = {"value": 4, "min": 1, "max": 5}

    answer = client.post(
        "/v1/feedback", json={"decision_id": decided["decision_id"], "rating": rating}
    )

    assert answer.json()["quality"] == 0.75


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"score": 1.5}, 400),
        ({"score": -0.1}, 400),
        ({"score": 0.5, "thumbs": "up"}, 400),
        ({}, 400),
        ({"thumbs": "sideways"}, 400),
        ({"rating": {"value": 6, "min": 1, "max": 5}}, 400),
        ({"rating": {"value": 1, "min": 5, "max": 1}}, 400),
        ({"score": 0.5, "source": "stranger"}, 400),
        ({"score": 0.5, "sorce": "user"}, 400),
        ({"score": 0.5, "decision_id": "dec_nowhere"}, 404),
        ({"score": 0.5, "comment": "x" * 20_000}, 400),
    ],
)
def test_feedback_that_cannot_be_used_is_refused_and_stores_nothing(
    client: httpx.Client, body: dict[str, object], status: int
) -> None:
    decided = decide(client)

    answer = client.post("/v1/feedback", json={"decision_id": decided["decision_id"]} | body)

    assert answer.status_code == status, answer.text
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
    explained = client.get(f"/v1/decisions/{decided['decision_id']}").json()
    assert explained["feedback"] == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"decision_id": "x", "score": NaN}',
        b'{"decision_id": "x", "score": Infinity}',
        b'{"decision_id": "\xff", "score": 1}',
        b'{"decision_id": "\\ud800", "score": 1}',
        b"[" * 5_000 + b"]" * 5_000,
        b"not json",
        b"",
    ],
)
@pytest.mark.parametrize("path", ["/v1/feedback", "/v1/chat/completions", "/v1/route"])
def test_a_body_that_is_no_json_is_a_400_in_openais_shape(
    client: httpx.Client, path: str, body: bytes
) -> None:
    answer = client.post(path, content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["type"] == "invalid_request_error"
