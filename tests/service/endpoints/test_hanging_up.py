"""A client of another protocol that hangs up stops its call like any other."""

import time
from typing import Any

import httpx
import pytest

from tests.fakes.provider import Answer, FakeProvider

ASKED: dict[str, dict[str, Any]] = {
    "/v1/messages": {"max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]},
    "/v1/responses": {"input": "Hello"},
}


@pytest.mark.parametrize("path", ASKED)
def test_a_stream_that_nobody_reads_is_stopped_and_logged(
    path: str, http: httpx.Client, upstream: FakeProvider
) -> None:
    before = upstream.answers
    upstream.answers = lambda _: Answer("word " * 200, pause_seconds=0.05)
    try:
        sent = ASKED[path] | {"model": "sound", "stream": True}
        with http.stream("POST", path, json=sent) as answer:
            next(answer.iter_bytes())
        assert upstream.received[0].hung_up.wait(2.0)
    finally:
        upstream.answers = before

    decision = f"/v1/decisions/{answer.headers['x-pointsman-decision-id']}"
    assert outcome_of(http, decision)["status"] == "cancelled"


def outcome_of(http: httpx.Client, decision: str) -> dict[str, object]:
    for _ in range(100):
        outcomes = http.get(decision).json()["outcomes"]
        if outcomes:
            return dict(outcomes[-1])
        time.sleep(0.02)
    pytest.fail("no outcome was logged")
