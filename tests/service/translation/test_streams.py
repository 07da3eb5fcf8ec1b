"""However a provider cuts an answer into chunks, the client puts the whole answer together."""

import json
from itertools import groupby
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.translation.messages_answer import MessageStream, message_of
from service.translation.responses_answer import ResponseForm, response_of
from service.translation.responses_stream import ResponseStream
from tests.service.translation import chat
from tests.service.translation.chat import CALLS, told

Json = dict[str, Any]

FORM = ResponseForm("resp_1", 1_700_000_000, {})
WORDS = st.lists(st.text(min_size=1, max_size=5), max_size=4)


def cut_up(thoughts: list[str], words: list[str], cuts: set[int]) -> list[Json]:
    """Deltas of an answer that thinks, speaks and calls two tools."""
    deltas: list[Json] = [{"reasoning_content": word} for word in thoughts]
    deltas += [{"content": word} for word in words]
    for index, call in enumerate(CALLS):
        function = {"name": call["function"]["name"], "arguments": ""}
        deltas.append({"tool_calls": [{"index": index, "id": call["id"], "function": function}]})
        pieces = groupby(
            enumerate(call["function"]["arguments"]), lambda c: sum(c[0] > k for k in cuts)
        )
        for _, letters in pieces:
            part = "".join(letter for _, letter in letters)
            deltas.append({"tool_calls": [{"index": index, "function": {"arguments": part}}]})
    return deltas


def whole(thoughts: list[str], words: list[str]) -> bytes:
    message = {
        "reasoning_content": "".join(thoughts),
        "content": "".join(words),
        "tool_calls": CALLS,
    }
    return chat.whole(message, "tool_calls")


@given(WORDS, WORDS, st.sets(st.integers(0, 8)))
def test_a_streamed_response_is_the_whole_one(
    thoughts: list[str], words: list[str], cuts: set[int]
) -> None:
    deltas = cut_up(thoughts, words, cuts)

    events = told(ResponseStream(FORM), chat.stream(*deltas, finish="tool_calls"))

    assert events[-1]["response"] == json.loads(response_of(whole(thoughts, words), FORM))


@given(WORDS, WORDS, st.sets(st.integers(0, 8)))
def test_a_streamed_message_is_the_whole_one(
    thoughts: list[str], words: list[str], cuts: set[int]
) -> None:
    deltas = cut_up(thoughts, words, cuts)
    translation = MessageStream("msg_1", tells_thinking=True)

    events = told(translation, chat.stream(*deltas, finish="tool_calls"))

    expected = json.loads(message_of(whole(thoughts, words), "msg_1", tells_thinking=True))
    assert put_together(events) == expected


def put_together(events: list[Json]) -> Json:
    """The message that events of a stream add up to."""
    message: Json = events[0]["message"]
    for event in events:
        if event["type"] == "content_block_start":
            message["content"].append(event["content_block"] | {"said": ""})
        elif event["type"] == "content_block_delta":
            delta = {"partial_json": "", "text": "", "thinking": ""} | event["delta"]
            block = message["content"][event["index"]]
            block["said"] += delta["partial_json"] + delta["text"] + delta["thinking"]
    closing = next(event for event in events if event["type"] == "message_delta")
    content = [_said(block, block.pop("said")) for block in message["content"]]
    message |= closing["delta"] | {"content": content, "usage": closing["usage"]}
    return message


def _said(block: Json, words: str) -> Json:
    if block["type"] == "tool_use":
        return block | {"input": json.loads(words or "{}")}
    return block | {block["type"]: words}
