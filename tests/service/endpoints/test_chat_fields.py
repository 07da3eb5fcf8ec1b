"""`POST /v1/chat/completions`: whatever OpenAI takes arrives at the provider as it was sent."""

import json
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from tests.fakes.provider import Answer, FakeProvider

Json = dict[str, Any]

EMPTY: Json = {"type": "object", "properties": {}}
TOOL = {"type": "function", "function": {"name": "f", "parameters": EMPTY}}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
SCHEMA = {"name": "s", "schema": EMPTY, "strict": True}
USER: Json = {"role": "user", "content": "Hi"}

MESSAGES: list[Json] = [
    {"role": "developer", "content": "Be brief."},
    {"role": "system", "content": [{"type": "text", "text": "Be kind."}]},
    {
        "role": "user",
        "name": "ann",
        "content": [
            {"type": "text", "text": "What are these?"},
            {"type": "image_url", "image_url": {"url": "https://example.com/a", "detail": "low"}},
            {"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}},
            {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:a"}},
        ],
    },
    {"role": "assistant", "content": None, "tool_calls": [CALL], "reasoning_content": "Hm."},
    {"role": "tool", "tool_call_id": "c1", "content": [{"type": "text", "text": "a cat"}]},
    {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]},
    {"role": "assistant", "audio": {"id": "audio_1"}},
    {"role": "assistant", "content": "", "refusal": None, "function_call": None},
    {"role": "function", "name": "f", "content": "old"},
    {"role": "user", "content": ""},
]
FIELDS: list[Json] = [
    {"messages": MESSAGES},
    {"tools": [TOOL], "tool_choice": "required", "parallel_tool_calls": False},
    {"functions": [TOOL["function"]], "function_call": {"name": "f"}},
    {"response_format": {"type": "json_object"}},
    {"response_format": {"type": "json_schema", "json_schema": SCHEMA}},
    {"logprobs": True, "top_logprobs": 3, "logit_bias": {"50256": -100}},
    {"n": 2, "seed": 7, "stop": ["END", "\n"], "temperature": 0.5, "top_p": 1},
    {"stop": None, "max_tokens": None, "tools": None, "response_format": None, "stream": None},
    {"max_completion_tokens": 9, "presence_penalty": 0.1, "frequency_penalty": 0.2},
    {"reasoning_effort": "high", "verbosity": "low", "service_tier": "flex", "store": True},
    {"metadata": {"a": "b"}, "user": "u", "safety_identifier": "s", "prompt_cache_key": "k"},
    {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}},
    {"prediction": {"type": "content", "content": "Hi"}, "web_search_options": {}},
    {"x_vendor": {"nested": [1, 2.5, None, "\N{SNOWMAN}"]}},
]


@pytest.mark.parametrize("fields", FIELDS, ids=lambda fields: next(iter(fields)))
def test_a_field_arrives_untouched(
    fields: Json, http: httpx.Client, upstream: FakeProvider
) -> None:
    sent = {"model": "sound", "messages": [USER]} | fields

    answer = http.post("/v1/chat/completions", json=sent)

    assert answer.status_code == 200, answer.text
    assert upstream.received[0].body == sent


@pytest.mark.parametrize("fields", FIELDS[:3], ids=lambda fields: next(iter(fields)))
def test_a_field_of_a_stream_arrives_untouched(
    fields: Json, http: httpx.Client, upstream: FakeProvider
) -> None:
    sent = {"model": "sound", "messages": [USER], "stream": True} | fields

    answer = http.post("/v1/chat/completions", json=sent)

    assert answer.text.endswith("data: [DONE]\n\n")
    assert upstream.received[0].body == sent | {"stream_options": {"include_usage": True}}


def test_an_answer_comes_back_byte_for_byte(http: httpx.Client, everywhere: FakeProvider) -> None:
    message = {
        "role": "assistant",
        "content": None,
        "reasoning_content": "Hm.",
        "reasoning": "Hm.",
        "refusal": None,
        "annotations": [],
        "tool_calls": [CALL],
    }
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls", "logprobs": None}
    body = json.dumps({"choices": [choice] * 2, "x_vendor": 1.50, "usage": None}).encode()
    before = everywhere.answers
    everywhere.answers = lambda _: Answer(body=body)
    try:
        answer = http.post(
            "/v1/chat/completions", json={"model": "sound", "messages": [USER], "n": 2}
        )
    finally:
        everywhere.answers = before

    assert answer.content == body


@pytest.mark.parametrize("stream", [False, True])
def test_a_models_name_need_not_be_ascii(
    http: httpx.Client,
    upstream: FakeProvider,
    stream: bool,  # noqa: FBT001
) -> None:
    sent = {"model": "größer", "messages": [USER], "stream": stream}

    answer = http.post("/v1/chat/completions", json=sent)

    assert answer.status_code == 200
    assert unquote(answer.headers["x-pointsman-model"]) == "größer"
    assert upstream.received[0].model == "größer"


def test_a_body_that_is_too_long_is_told_how_long_it_may_be(http: httpx.Client) -> None:
    answer = http.post("/v1/chat/completions", content=b" " * 1_000_001)

    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "body_too_large"
    assert "server.max_body_bytes" in answer.json()["error"]["message"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_told_which_one_there_is(http: httpx.Client, method: str) -> None:
    answer = http.request(method, "/v1/chat/completions")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.json()["error"]["type"] == "invalid_request_error"
