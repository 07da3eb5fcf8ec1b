"""Deciding without calling: `/v1/route`, its outcome, its explanation."""

import httpx
import pytest

PROMPT = "Translate 'good morning' into French."


def test_a_decision_tells_what_every_candidate_scored(client: httpx.Client) -> None:
    decided = client.post("/v1/route", json={"model": "auto", "prompt": PROMPT}).json()

    candidates = {c["model"]: c for c in decided["candidates"]}
    assert set(candidates) == {"sim-nano", "sim-small", "sim-coder", "sim-large"}
    assert decided["propensity"] == candidates[decided["model"]]["propensity"]
    assert sum(c["propensity"] for c in candidates.values()) == pytest.approx(1.0)
    best = max(candidates.values(), key=lambda c: float(c["utility"]))
    assert best["model"] == decided["model"]


def test_a_past_decision_is_explained_with_its_outcome(client: httpx.Client) -> None:
    decided = client.post("/v1/route", json={"model": "auto", "prompt": PROMPT}).json()
    path = f"/v1/decisions/{decided['decision_id']}"
    used = {"tokens_in": 12, "tokens_out": 34, "latency_seconds": 0.5}

    reported = client.post(f"{path}/outcome", json=used)
    explained = client.get(path).json()

    assert reported.status_code == 202
    assert reported.json()["cost_usd"] > 0
    assert explained["decision"]["candidates"] == decided["candidates"]
    assert explained["outcomes"][0]["tokens_out"] == 34


def test_reported_calls_are_counted_and_unknown_seconds_stay_unknown(client: httpx.Client) -> None:
    decided = client.post("/v1/route", json={"model": "auto", "prompt": PROMPT}).json()
    path = f"/v1/decisions/{decided['decision_id']}"

    client.post(f"{path}/outcome", json={"status": "error", "latency_seconds": 2.0})
    client.post(f"{path}/outcome", json={"tokens_in": 12, "tokens_out": 34})
    outcomes = client.get(path).json()["outcomes"]

    assert [each["attempt"] for each in outcomes] == [1, 2]
    assert [each["latency_seconds"] for each in outcomes] == [2.0, None]


def test_the_dial_turns_in_headers_too(client: httpx.Client) -> None:
    headers = {"x-pointsman-candidates": "sim-nano, sim-small"}

    decided = client.post(
        "/v1/route", json={"model": "auto", "prompt": PROMPT}, headers=headers
    ).json()

    assert {c["model"] for c in decided["candidates"]} == {"sim-nano", "sim-small"}


def test_an_expensive_model_is_left_out_when_the_caller_limits_the_cost(
    client: httpx.Client,
) -> None:
    body = {"model": "auto", "prompt": PROMPT, "pointsman": {"max_cost_usd": 0.0005}}

    decided = client.post("/v1/route", json=body).json()

    assert "sim-large" not in {c["model"] for c in decided["candidates"]}


def test_no_model_that_can_is_a_400_with_the_reason_for_each(client: httpx.Client) -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
    messages = [{"role": "user", "content": [picture]}]

    answer = client.post("/v1/chat/completions", json={"model": "auto", "messages": messages})

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "no_eligible_model"
    assert "sim-nano: cannot do images" in answer.json()["error"]["message"]


def test_nothing_known_is_a_404(client: httpx.Client) -> None:
    assert client.get("/v1/decisions/dec_none").status_code == 404
    assert client.get("/v1/routes/nowhere/policy").status_code == 404
    assert client.get("/v1/nowhere").status_code == 404


def test_health_and_the_page_of_the_api_answer(client: httpx.Client) -> None:
    assert client.get("/health/live").json()["status"] == "ok"
    assert client.get("/health/ready").status_code == 200
    page = client.get("/schema").text
    script = page.split('src="')[1].split('"')[0]
    assert client.get(script).status_code == 200
    paths = client.get("/schema/openapi.json").json()["paths"]
    assert "/v1/chat/completions" in paths
