"""Chat completions as responses; the openai package's own types are the oracle."""

import json
from typing import Any

import pytest
from msgspec import Raw
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from service.translation.responses_answer import ResponseForm, response_of
from service.translation.responses_stream import ResponseStream
from tests.service.translation import chat
from tests.service.translation.chat import CALL_DELTAS, CALLS, told, types_of

Json = dict[str, Any]

EVENT: TypeAdapter[ResponseStreamEvent] = TypeAdapter(ResponseStreamEvent)
FORM = ResponseForm("resp_1", 1_700_000_000, {"metadata": Raw(b'{"a":"b"}')})


def response(completion: bytes) -> Json:
    body = response_of(completion, FORM)
    Response.model_validate_json(body)
    answer: Json = json.loads(body)
    return answer


def streamed(*deltas: Json, finish: str = "stop") -> list[Json]:
    events = told(ResponseStream(FORM), chat.stream(*deltas, finish=finish))
    for event in events:
        EVENT.validate_python(event)
    return events


def test_a_text_is_one_message() -> None:
    answer = response(chat.whole({"content": "Hello"}))

    (message,) = answer["output"]
    assert message["content"][0]["text"] == "Hello"
    assert (answer["id"], answer["model"], answer["status"]) == ("resp_1", "gpt-small", "completed")
    assert (answer["store"], answer["metadata"], answer["tools"]) == (False, {"a": "b"}, [])


def test_tokens_are_counted_with_their_details() -> None:
    assert response(chat.whole({"content": "Hello"}))["usage"] == {
        "input_tokens": 30,
        "input_tokens_details": {"cached_tokens": 20, "cache_write_tokens": 4},
        "output_tokens": 12,
        "output_tokens_details": {"reasoning_tokens": 5},
        "total_tokens": 42,
    }
    assert response(chat.whole({"content": "Hello"}, usage=None))["usage"] is None


def test_thoughts_text_and_calls_are_items_in_that_order() -> None:
    message = {"content": "So:", "reasoning_content": "Hm.", "tool_calls": CALLS}

    output = response(chat.whole(message, "tool_calls"))["output"]

    assert [item["type"] for item in output] == [
        "reasoning",
        "message",
        "function_call",
        "function_call",
    ]
    assert output[0]["content"] == [{"type": "reasoning_text", "text": "Hm."}]
    assert (output[2]["call_id"], output[2]["name"], output[2]["arguments"]) == (
        "c1",
        "add",
        '{"a": 1}',
    )
    assert len({item["id"] for item in output}) == 4


@pytest.mark.parametrize(
    ("finish", "reason"), [("length", "max_output_tokens"), ("content_filter", "content_filter")]
)
def test_an_answer_that_was_cut_is_incomplete(finish: str, reason: str) -> None:
    answer = response(chat.whole({"content": "Hel"}, finish))

    assert answer["status"] == "incomplete"
    assert answer["incomplete_details"] == {"reason": reason}
    assert types_of(streamed({"content": "Hel"}, finish=finish))[-1] == "response.incomplete"


def test_a_refusal_is_a_part_of_a_message() -> None:
    (message,) = response(chat.whole({"content": None, "refusal": "I will not."}))["output"]

    assert message["content"] == [{"type": "refusal", "refusal": "I will not."}]


def test_a_stream_has_its_events_in_order_and_numbered() -> None:
    events = streamed({"content": "Hel"}, {"content": "lo"}, *CALL_DELTAS, finish="tool_calls")

    assert types_of(events) == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.output_item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "response.output_item.added",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))


def test_a_stream_ends_with_the_response_that_a_whole_answer_is() -> None:
    message = {"content": "So:", "reasoning_content": "Hm.", "tool_calls": CALLS}
    thought = {"reasoning_content": "Hm."}

    last = streamed(thought, {"content": "So:"}, *CALL_DELTAS, finish="tool_calls")[-1]

    assert last["response"] == response(chat.whole(message, "tool_calls"))


def test_streamed_thoughts_and_refusals_have_events_of_their_own() -> None:
    types = types_of(streamed({"reasoning": "Hm."}, {"refusal": "I will not."}))

    assert "response.reasoning_text.delta" in types
    assert "response.refusal.done" in types


def test_a_stream_that_breaks_fails_and_no_client_takes_it_for_an_end() -> None:
    begun = chat.stream({"content": "Hel"})[:2]
    broken = chat.event({"error": {"message": "cut", "type": "upstream_error"}})

    events = told(ResponseStream(FORM), [*begun, broken, b"data: [DONE]\n\n"])

    failed, error = events[-2:]
    assert (failed["type"], failed["response"]["status"]) == ("response.failed", "failed")
    assert failed["response"]["error"] == {"code": "server_error", "message": "cut"}
    assert (error["type"], error["error"]["message"]) == ("error", "cut")
    EVENT.validate_python(failed)
    EVENT.validate_python(error)
