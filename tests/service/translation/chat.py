"""Chat completions as a provider sends them, and what a translation makes of them."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from service.translation.stream import StreamTranslation

Json = dict[str, Any]

USAGE: Json = {
    "prompt_tokens": 30,
    "completion_tokens": 12,
    "total_tokens": 42,
    "prompt_tokens_details": {"cached_tokens": 20, "cache_write_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 5},
}
CALLS: list[Json] = [
    {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}},
    {"id": "c2", "type": "function", "function": {"name": "now", "arguments": ""}},
]
CALL_DELTAS: list[Json] = [
    {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "add", "arguments": ""}}]},
    {"tool_calls": [{"index": 0, "function": {"arguments": '{"a"'}}]},
    {"tool_calls": [{"index": 0, "function": {"arguments": ": 1}"}}]},
    {"tool_calls": [{"index": 1, "id": "c2", "function": {"name": "now", "arguments": ""}}]},
]


def whole(message: Json, finish: str = "stop", usage: Json | None = USAGE) -> bytes:
    """A completion."""
    choice = {"index": 0, "message": {"role": "assistant"} | message, "finish_reason": finish}
    return json.dumps({"model": "gpt-small", "choices": [choice], "usage": usage}).encode()


def stream(*deltas: Json, finish: str = "stop", usage: Json | None = USAGE) -> list[bytes]:
    """The events of a stream that ends well."""
    said = [{"role": "assistant", "content": ""}, *deltas]
    choices: list[Json] = [{"index": 0, "delta": delta, "finish_reason": None} for delta in said]
    choices.append({"index": 0, "delta": {}, "finish_reason": finish})
    chunks: list[Json] = [{"model": "gpt-small", "choices": [choice]} for choice in choices]
    chunks.append({"model": "gpt-small", "choices": [], "usage": usage})
    return [*(event(chunk) for chunk in chunks), b"data: [DONE]\n\n"]


def event(chunk: Json) -> bytes:
    """One event of a stream."""
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def told(translation: StreamTranslation, pieces: Iterable[bytes]) -> list[Json]:
    """The events that a translation tells; each is named after its type."""
    return [event for piece in pieces for event in events_in(translation.feed(piece))]


def events_in(text: bytes) -> Iterator[Json]:
    """The events in a piece of a stream."""
    for block in text.decode().split("\n\n")[:-1]:
        name, data = block.split("\n")
        content: Json = json.loads(data.removeprefix("data: "))
        assert name == f"event: {content['type']}"
        yield content


def types_of(events: Iterable[Json]) -> list[str]:
    """What kinds of events there are, in order, repetitions left out."""
    types = [event["type"] for event in events]
    return [kind for place, kind in enumerate(types) if place == 0 or types[place - 1] != kind]
