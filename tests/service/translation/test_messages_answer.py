"""Chat completions as Anthropic's answers; the anthropic package's own types are the oracle."""

import json
from typing import Any

import pytest
from anthropic.types import Message, RawMessageStreamEvent
from pydantic import TypeAdapter

from service.translation.messages_answer import MessageStream, message_of
from tests.service.translation import chat
from tests.service.translation.chat import CALL_DELTAS, CALLS, told, types_of

Json = dict[str, Any]

EVENT: TypeAdapter[RawMessageStreamEvent] = TypeAdapter(RawMessageStreamEvent)


def message(completion: bytes, *, tells_thinking: bool = False) -> Json:
    body = message_of(completion, "msg_1", tells_thinking=tells_thinking)
    Message.model_validate_json(body)
    answer: Json = json.loads(body)
    return answer


def streamed(*deltas: Json, finish: str = "stop", tells_thinking: bool = False) -> list[Json]:
    translation = MessageStream("msg_1", tells_thinking=tells_thinking)
    events = told(translation, chat.stream(*deltas, finish=finish))
    for event in events:
        EVENT.validate_python(event)
    return events


def test_a_text_is_one_block() -> None:
    answer = message(chat.whole({"content": "Hello"}))

    assert answer["content"] == [{"type": "text", "text": "Hello"}]
    assert (answer["id"], answer["model"], answer["stop_reason"]) == (
        "msg_1",
        "gpt-small",
        "end_turn",
    )


def test_a_text_may_come_in_parts() -> None:
    parts = [{"type": "text", "text": "Hel"}, {"type": "x"}, {"type": "text", "text": "lo"}]

    assert message(chat.whole({"content": parts}))["content"][0]["text"] == "Hello"


def test_what_came_from_a_cache_is_counted_beside_the_rest() -> None:
    assert message(chat.whole({"content": "Hello"}))["usage"] == {
        "input_tokens": 6,
        "cache_read_input_tokens": 20,
        "cache_creation_input_tokens": 4,
        "output_tokens": 12,
    }


def test_calls_of_tools_are_blocks_with_their_input() -> None:
    answer = message(chat.whole({"content": "So:", "tool_calls": CALLS}, "tool_calls"))

    assert answer["stop_reason"] == "tool_use"
    assert answer["content"][1:] == [
        {"type": "tool_use", "id": "c1", "name": "add", "input": {"a": 1}},
        {"type": "tool_use", "id": "c2", "name": "now", "input": {}},
    ]


def test_arguments_that_are_no_json_are_kept_as_text() -> None:
    function = {"name": "add", "arguments": '{"a": '}
    call = {"id": "c1", "type": "function", "function": function}

    answer = message(chat.whole({"content": None, "tool_calls": [call]}, "length"))

    assert answer["content"][0]["input"] == {"INVALID_JSON": '{"a": '}
    assert answer["stop_reason"] == "max_tokens"


def test_arguments_that_are_nested_too_deeply_are_kept_as_text() -> None:
    arguments = f'{{"a": {"[" * 100_000}{"]" * 100_000}}}'
    call = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": arguments}}

    answer = message(chat.whole({"content": None, "tool_calls": [call]}, "tool_calls"))

    assert answer["content"][0]["input"] == {"INVALID_JSON": arguments}


def test_thoughts_are_told_to_those_who_asked_for_them() -> None:
    completion = chat.whole({"content": "Yes", "reasoning_content": "Hm."})

    assert [block["type"] for block in message(completion)["content"]] == ["text"]
    thinking = message(completion, tells_thinking=True)["content"][0]
    assert thinking == {"type": "thinking", "thinking": "Hm.", "signature": ""}


def test_a_refusal_is_a_text_and_a_reason() -> None:
    answer = message(chat.whole({"content": None, "refusal": "I will not."}))

    assert answer["content"] == [{"type": "text", "text": "I will not."}]
    assert answer["stop_reason"] == "refusal"


def test_a_stream_opens_and_closes_each_block_in_turn() -> None:
    events = streamed({"content": "Hel"}, {"content": "lo"}, *CALL_DELTAS, finish="tool_calls")

    assert types_of(events) == [
        "message_start",
        *["content_block_start", "content_block_delta", "content_block_stop"] * 2,
        "content_block_start",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    starts = [event for event in events if event["type"] == "content_block_start"]
    assert [start["index"] for start in starts] == [0, 1, 2]
    deltas = [event["delta"] for event in events if event["type"] == "content_block_delta"]
    assert "".join(delta.get("text", "") for delta in deltas) == "Hello"
    assert "".join(delta.get("partial_json", "") for delta in deltas) == '{"a": 1}'
    assert events[-2]["delta"]["stop_reason"] == "tool_use"
    assert events[-2]["usage"]["output_tokens"] == 12


def test_calls_that_are_all_numbered_alike_are_told_apart_by_their_ids() -> None:
    calls = [{**call, "index": 0} for call in CALLS]

    events = streamed({"tool_calls": calls}, finish="tool_calls")

    starts = [event for event in events if event["type"] == "content_block_start"]
    assert [start["content_block"]["name"] for start in starts] == ["add", "now"]


@pytest.mark.parametrize(
    ("tells_thinking", "kinds"), [(True, ["thinking", "text"]), (False, ["text"])]
)
def test_streamed_thoughts_are_told_to_those_who_asked(
    tells_thinking: bool,  # noqa: FBT001
    kinds: list[str],
) -> None:
    events = streamed({"reasoning": "Hm."}, {"content": "Yes"}, tells_thinking=tells_thinking)

    starts = [event for event in events if event["type"] == "content_block_start"]
    assert [start["content_block"]["type"] for start in starts] == kinds
    assert [start["index"] for start in starts] == list(range(len(kinds)))


def test_a_stream_that_breaks_ends_with_an_error_in_anthropics_shape() -> None:
    translation = MessageStream("msg_1", tells_thinking=False)
    begun = chat.stream({"content": "Hel"})[:2]
    broken = chat.event({"error": {"message": "cut", "type": "upstream_error"}})

    events = told(translation, [*begun, broken, b"data: [DONE]\n\n"])

    assert events[-1] == {"type": "error", "error": {"type": "api_error", "message": "cut"}}
    assert translation.is_over


@pytest.mark.parametrize(
    "chunk",
    [
        b"data: {\n\n",
        b'data: {"choices": [{"delta": {"tool_calls": [{"index": 0}]}}]}\n\n',
        b'data: {"choices": [{"delta": {"content": 5}}]}\n\n',
    ],
)
def test_what_is_no_chunk_of_an_answer_ends_the_stream(chunk: bytes) -> None:
    translation = MessageStream("msg_1", tells_thinking=False)

    events = told(translation, [chunk, *chat.stream({"content": "more"})])

    assert [event["type"] for event in events] == ["message_start", "error"]


def test_several_events_may_come_at_once_and_comments_say_nothing() -> None:
    translation = MessageStream("msg_1", tells_thinking=False)
    data = b": ping\n\n" + b"".join(chat.stream({"content": "Hello"}))

    events = told(translation, [data.replace(b"\n\n", b"\r\n\r\n")])

    assert types_of(events)[-1] == "message_stop"
