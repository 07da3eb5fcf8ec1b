"""Rules, reasons and conversations, asked of a running service."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import yaml

from service.demo.settings import demo_document
from tests.fakes.live import Live, served

PROMPT = "Translate 'good morning' into French."
RULES = """
- name: germans
  when: {languages: [de]}
  use: {model: sim-small}
- name: long
  when: {least_tokens: 1000}
  use: {route: big}
- name: slow
  when: {prompt_matching: "^(a|aa)+$"}
  use: {model: sim-nano}
- name: ads
  when: {headers: {x-team: ads}, headers_matching: {user-agent: python}}
  use: {candidates: [sim-nano, sim-coder]}
"""


def document(upstream: str, folder: Path) -> str:
    plain = msgspec.json.decode(demo_document(upstream, folder))
    plain["routes"]["default"]["policy"] = "random"
    plain["routes"]["big"] = {"candidates": ["sim-small", "sim-large"]}
    rules = yaml.safe_load(RULES)
    for rule in rules:
        if "route" not in rule["use"]:
            rule["use"]["route"] = "default"
    return msgspec.json.encode(plain | {"rules": rules}).decode()


@pytest.fixture(scope="module")
def narrowed(upstream: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("narrowed")
    with served(document(upstream, folder), folder) as running:
        yield running


@pytest.fixture
def client(narrowed: Live) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=narrowed.url, timeout=30.0) as client:
        yield client


def decided(client: httpx.Client, prompt: str = PROMPT, **headers: str) -> dict[str, Any]:
    body = {"model": "auto", "prompt": prompt}
    answer: dict[str, Any] = client.post("/v1/route", json=body, headers=headers).json()
    return answer


def turn(*answers: str, session_id: str | None = None) -> dict[str, Any]:
    """The body of a chat that has had these answers."""
    messages = [{"role": "user", "content": "Tell me of the sea."}]
    for answer in answers:
        messages += [
            {"role": "assistant", "content": answer},
            {"role": "user", "content": "Go on."},
        ]
    dial = {} if session_id is None else {"pointsman": {"session_id": session_id}}
    return {"model": "auto", "messages": messages} | dial


def test_the_rule_that_applied_and_whom_it_left_out_is_told(client: httpx.Client) -> None:
    decision = decided(client, "Was kostet eine Fahrkarte von Basel nach Berlin?")

    assert (decision["rule"], decision["model"]) == ("germans", "sim-small")
    assert set(decision["left_out"]) == {"sim-nano", "sim-coder", "sim-large"}
    assert decision["left_out"]["sim-nano"] == "left out by the rule 'germans'"
    explained = client.get(f"/v1/decisions/{decision['decision_id']}").json()["decision"]
    assert explained == decision


def test_a_rule_sends_to_a_route_by_length_and_to_candidates_by_headers(
    client: httpx.Client,
) -> None:
    long, ads, plain = (
        decided(client, "word " * 1000),
        decided(client, **{"x-team": "ads"}),
        decided(client),
    )

    assert (long["rule"], long["route"]) == ("long", "big")
    assert {c["model"] for c in ads["candidates"]} == {"sim-nano", "sim-coder"}
    assert (plain["rule"], plain["left_out"], plain["route"]) == (None, {}, "default")


def test_an_expression_that_takes_too_long_does_not_match(client: httpx.Client) -> None:
    assert decided(client, "a" * 2000 + "!")["rule"] is None


def test_a_chat_keeps_its_model_for_what_it_began_with(client: httpx.Client) -> None:
    served = []
    for answers in ((), ("One.",), ("One.", "Two."), ("One.", "Two.", "Three.")):
        answer = client.post("/v1/chat/completions", json=turn(*answers))
        served.append(answer.headers["x-pointsman-model"])
        last = answer.headers["x-pointsman-decision-id"]

    assert len(set(served)) == 1
    explained = client.get(f"/v1/decisions/{last}").json()["decision"]
    assert explained["propensity"] == 1.0
    assert explained["policy"] == "random"
    assert len(explained["conversation"]) == 32


def test_a_streamed_chat_keeps_its_model_too(client: httpx.Client) -> None:
    session = turn(session_id="streamed") | {"stream": True}

    served = {
        client.post("/v1/chat/completions", json=session).headers["x-pointsman-model"]
        for _ in range(4)
    }

    assert len(served) == 1


def test_a_session_outlives_the_process(upstream: str, tmp_path: Path) -> None:
    text, session = document(upstream, tmp_path), turn(session_id="s-1")
    with served(text, tmp_path) as live:
        first = httpx.post(f"{live.url}/v1/route", json=session).json()
    with served(text, tmp_path) as live:
        later = [httpx.post(f"{live.url}/v1/route", json=session).json() for _ in range(3)]

    assert first["conversation"] == "s-1"
    assert {decision["model"] for decision in later} == {first["model"]}
    assert {decision["propensity"] for decision in later} == {1.0}


def test_a_tool_loop_stays_with_its_model(client: httpx.Client) -> None:
    body = turn(session_id="tools")
    first = client.post("/v1/route", json=body).json()
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    body["messages"] += [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "42"},
    ]

    second = client.post("/v1/route", json=body).json()

    assert [c["model"] for c in second["candidates"]] == [first["model"]]
    assert set(second["left_out"].values()) == {
        f"a tool's answer is on its way to {first['model']}"
    }
