"""`POST /v1/messages`, with the unchanged `anthropic` package."""

import anthropic as package
import httpx
import pytest
from anthropic import Anthropic
from anthropic.types import MessageParam, ToolParam

from tests.fakes.provider import FakeProvider

HELLO: list[MessageParam] = [{"role": "user", "content": "Hello"}]
WEATHER: ToolParam = {
    "name": "weather",
    "description": "The weather in a city.",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city", "days"],
    },
}


def test_a_message_is_answered_by_the_model_the_headers_name(
    anthropic: Anthropic, http: httpx.Client, upstream: FakeProvider
) -> None:
    raw = anthropic.messages.with_raw_response.create(
        model="auto", max_tokens=50, messages=HELLO, system="Be brief.", stop_sequences=["END"]
    )

    message = raw.parse()
    assert message.content[0].type == "text"
    assert message.content[0].text == "The user said: Hello"
    assert message.model == raw.headers["x-pointsman-model"]
    assert (message.stop_reason, message.usage.output_tokens) == ("end_turn", 7)
    decision_id = raw.headers["x-pointsman-decision-id"]
    assert message.id == decision_id.replace("dec_", "msg_")
    outcome = http.get(f"/v1/decisions/{decision_id}").json()["outcomes"][-1]
    assert outcome["cost_usd"] == pytest.approx(25e-6)
    sent = upstream.received[0]
    assert (sent.path, sent.body["stop"]) == ("/v1/chat/completions", ["END"])
    assert "x-api-key" not in sent.headers


def test_the_dial_turns_in_the_body_and_in_headers(anthropic: Anthropic) -> None:
    body = anthropic.messages.with_raw_response.create(
        model="auto:all",
        max_tokens=50,
        messages=HELLO,
        extra_body={"pointsman": {"candidates": ["sound-too"]}},
    )
    header = anthropic.messages.with_raw_response.create(
        model="auto",
        max_tokens=50,
        messages=HELLO,
        extra_headers={"x-pointsman-candidates": "sound"},
    )

    assert body.headers["x-pointsman-model"] == "sound-too"
    assert header.headers["x-pointsman-model"] == "sound"


def test_the_sdks_own_reader_puts_a_stream_together(anthropic: Anthropic) -> None:
    with anthropic.messages.stream(model="auto", max_tokens=50, messages=HELLO) as stream:
        words = list(stream.text_stream)
        message = stream.get_final_message()

    assert len(words) > 3
    assert "".join(words) == "The user said: Hello"
    assert (message.stop_reason, message.usage.input_tokens) == ("end_turn", 11)


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_tool_is_used_and_its_result_taken(
    anthropic: Anthropic,
    is_streamed: bool,  # noqa: FBT001
) -> None:
    with anthropic.messages.stream(
        model="auto", max_tokens=50, messages=HELLO, tools=[WEATHER]
    ) as stream:
        streamed = stream.get_final_message()
    whole = anthropic.messages.create(model="auto", max_tokens=50, messages=HELLO, tools=[WEATHER])
    message = streamed if is_streamed else whole

    assert message.stop_reason == "tool_use"
    (use,) = [block for block in message.content if block.type == "tool_use"]
    assert (use.name, use.input) == ("weather", {"city": "Paris", "days": 7})

    talk: list[MessageParam] = [
        *HELLO,
        {"role": "assistant", "content": [use]},
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": use.id, "content": "sun"}],
        },
    ]
    answer = anthropic.messages.create(
        model="auto", max_tokens=50, messages=talk, tools=[WEATHER], tool_choice={"type": "auto"}
    )
    assert answer.content[0].type == "text"
    assert answer.content[0].text == "The tool said: sun"


def test_a_picture_is_seen(anthropic: Anthropic) -> None:
    message = anthropic.messages.create(
        model="auto",
        max_tokens=50,
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is it?"},
                    {
                        "type": "image",
                        "source": {
                            "type": "base64",
                            "media_type": "image/png",
                            "data": "iVBORw0KGgo=",
                        },
                    },
                ],
            }
        ],
    )

    assert message.content[0].type == "text"
    assert message.content[0].text == "I see 1 picture."


def test_errors_are_the_sdks_own_in_anthropics_shape(anthropic: Anthropic) -> None:
    with pytest.raises(package.NotFoundError, match="sound") as unknown:
        anthropic.messages.create(model="nobody", max_tokens=50, messages=HELLO)
    with pytest.raises(package.RateLimitError) as limited:
        anthropic.messages.create(model="status-429", max_tokens=50, messages=HELLO)
    with pytest.raises(package.BadRequestError, match="runs itself") as refused:
        anthropic.messages.create(
            model="auto",
            max_tokens=50,
            messages=HELLO,
            tools=[{"type": "web_search_20250305", "name": "web_search"}],
        )

    kinds = [_error(raised.value)["type"] for raised in (unknown, limited, refused)]
    assert kinds == ["not_found_error", "rate_limit_error", "invalid_request_error"]
    assert limited.value.response.headers["retry-after"] == "1"


def test_what_is_no_request_is_told_in_anthropics_shape_too(http: httpx.Client) -> None:
    for body in (b"{", b"\xff", b"[" * 100_000):
        answer = http.post("/v1/messages", content=body)

        assert answer.status_code == 400
        assert answer.json()["type"] == "error"
        assert answer.json()["error"]["type"] == "invalid_request_error"


def test_a_stream_that_is_cut_raises(anthropic: Anthropic) -> None:
    stream = anthropic.messages.create(model="cut", max_tokens=50, messages=HELLO, stream=True)

    with pytest.raises(package.APIStatusError, match="before the answer was complete"):
        list(stream)


def _error(raised: package.APIStatusError) -> dict[str, str]:
    assert isinstance(raised.body, dict)
    error: dict[str, str] = raised.body["error"]
    return error
