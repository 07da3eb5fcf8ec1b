"""A provider's answers to everything a chat completion can ask for, and its faults, by name.

In a test::

    with FakeProvider(Obliging()) as fake:
        ... a request with tools gets a tool call, one with a schema what fits the schema ...
        ... the model status-429 answers 429, cut ends its streams early, slow takes its time ...
"""

import json
from collections import Counter
from typing import Any

from tests.fakes.provider import Answer, Received

Json = dict[str, Any]

PICTURE = "data:image/png;base64,iVBORw0KGgo="
SECONDS_OF_SLOW = 1.5

_USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


class Obliging:
    """Answers what was asked for; the name of a model says how it fails."""

    def __init__(self) -> None:
        self._calls: Counter[tuple[str, str]] = Counter()

    def __call__(self, asked: Received) -> Answer:
        """What to do with a request; an error tells how often this prompt has come to its model."""
        self._calls[asked.model, asked.prompt] += 1
        if asked.model.startswith("status-"):
            told = f"call {self._calls[asked.model, asked.prompt]} of {asked.model}"
            return _failed(int(asked.model.removeprefix("status-")), told)
        if asked.model in {"cut", "dropped"}:
            return Answer("It ends too soon.", cut_after=3, is_abrupt=asked.model == "dropped")
        if asked.model == "slow":
            return Answer(delay_seconds=SECONDS_OF_SLOW)
        return _answered(asked.body)


def _failed(status: int, told: str) -> Answer:
    headers = {"retry-after": "1"} if status == 429 else {}
    return Answer(told, status=status, headers=headers)


def _answered(body: Json) -> Answer:
    messages = [_message(body) for _ in range(body.get("n") or 1)]
    if body.get("stream"):
        events = "".join(f"data: {event}\n\n" for event in [*_events(body, messages), "[DONE]"])
        return Answer(body=events.encode(), content_type="text/event-stream")
    choices = [
        {"index": i, "message": message, **_closing(body, message)}
        for i, message in enumerate(messages)
    ]
    whole = _object("chat.completion", body, choices) | {"usage": _USAGE}
    return Answer(body=json.dumps(whole).encode())


def _message(body: Json) -> Json:
    """A call of the first tool, until it has answered; or else the text that was asked for."""
    last = body["messages"][-1]
    if body.get("tools") and last["role"] != "tool":
        function = body["tools"][0]["function"]
        arguments = json.dumps(filled(function["parameters"]))
        call = {"name": function["name"], "arguments": arguments}
        calls = [{"id": "call_1", "type": "function", "function": call}]
        return {"role": "assistant", "content": None, "tool_calls": calls}
    return {"role": "assistant", "content": _text(body, last)}


def _text(body: Json, last: Json) -> str:
    form = body.get("response_format") or {}
    if form.get("type") == "json_schema":
        return json.dumps(filled(form["json_schema"]["schema"]))
    if form.get("type") == "json_object":
        return '{"answer": 7}'
    if isinstance(last["content"], list):
        pictures = [part for part in last["content"] if part["type"] == "image_url"]
        return f"I see {len(pictures)} picture."
    return f"The {last['role']} said: {last['content']}"


def filled(schema: Json, root: Json | None = None) -> Any:  # noqa: ANN401
    """A value that fits a JSON schema.

    >>> filled({"type": "object", "properties": {"city": {"type": "string"}}})
    {'city': 'Paris'}
    """
    root = root or schema
    if "$ref" in schema:
        return filled(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "object":
        return {name: filled(part, root) for name, part in schema["properties"].items()}
    if schema["type"] == "array":
        return [filled(schema["items"], root)]
    return {"string": "Paris", "integer": 7, "number": 0.5, "boolean": True}[schema["type"]]


def _closing(body: Json, message: Json) -> Json:
    """Why a choice ended, and how probable its tokens were if that was asked for."""
    finish = "tool_calls" if "tool_calls" in message else "stop"
    return {"finish_reason": finish, "logprobs": _logprobs(body, message)}


def _logprobs(body: Json, message: Json) -> Json | None:
    if not body.get("logprobs"):
        return None
    words = str(message["content"]).split(" ")
    tokens: list[Json] = [
        {"token": word, "logprob": -0.5, "bytes": None, "top_logprobs": []} for word in words
    ]
    return {"content": tokens, "refusal": None}


def _events(body: Json, messages: list[Json]) -> list[str]:
    """Each choice from its role to its end, then the usage, which is sent if it was asked for."""
    chunks: list[Json] = []
    for index, message in enumerate(messages):
        deltas = [{"role": "assistant", "content": ""}, *_deltas(message), {}]
        choices: list[Json] = [{"index": index, "delta": delta} for delta in deltas]
        choices[-1] |= _closing(body, message)
        chunks += [_object("chat.completion.chunk", body, [choice]) for choice in choices]
    if (body.get("stream_options") or {}).get("include_usage"):
        chunks.append(_object("chat.completion.chunk", body, []) | {"usage": _USAGE})
    return [json.dumps(chunk) for chunk in chunks]


def _deltas(message: Json) -> list[Json]:
    if "tool_calls" not in message:
        words = str(message["content"]).split(" ")
        return [{"content": word if place == 0 else f" {word}"} for place, word in enumerate(words)]
    (call,) = message["tool_calls"]
    name, arguments = call["function"]["name"], call["function"]["arguments"]
    middle = len(arguments) // 2
    begun = {"index": 0, "id": call["id"], "type": "function"}
    return [
        {"tool_calls": [begun | {"function": {"name": name, "arguments": ""}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": arguments[:middle]}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": arguments[middle:]}}]},
    ]


def _object(kind: str, body: Json, choices: list[Json]) -> Json:
    return {
        "id": "chatcmpl-obliging",
        "object": kind,
        "created": 1,
        "model": body["model"],
        "choices": choices,
    }
