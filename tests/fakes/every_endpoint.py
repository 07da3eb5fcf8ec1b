"""A provider's answers on all the endpoints that are passed through to it."""

import json
from typing import Any

from tests.fakes.obliging import Obliging
from tests.fakes.provider import Answer, Received

Json = dict[str, Any]


class EveryEndpoint:
    """Chats as `Obliging` does, completes bare prompts, and embeds."""

    def __init__(self) -> None:
        self._chat = Obliging()

    def __call__(self, asked: Received) -> Answer:
        """What to do with a request, by its path."""
        if asked.path == "/v1/embeddings":
            return _embedded(asked.body)
        if asked.path == "/v1/completions":
            return _completed(asked.body)
        return self._chat(asked)


def _embedded(body: Json) -> Answer:
    texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
    data = [
        {"object": "embedding", "index": i, "embedding": [float(i), 0.5]} for i in range(len(texts))
    ]
    usage = {"prompt_tokens": 1000, "total_tokens": 1000}
    whole = {"object": "list", "data": data, "model": body["model"], "usage": usage}
    return Answer(body=json.dumps(whole).encode())


def _completed(body: Json) -> Answer:
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    if not body.get("stream"):
        return Answer(body=_text(body, "Once upon", "stop", usage))
    chunks = [_text(body, "Once", None), _text(body, " upon", "stop")]
    if (body.get("stream_options") or {}).get("include_usage"):
        chunks.append(_text(body, None, None, usage))
    events = b"".join(b"data: " + chunk + b"\n\n" for chunk in [*chunks, b"[DONE]"])
    return Answer(body=events, content_type="text/event-stream")


def _text(body: Json, words: str | None, finish: str | None, usage: Json | None = None) -> bytes:
    choice = {"index": 0, "text": words, "logprobs": None, "finish_reason": finish}
    told: Json = {
        "id": "cmpl-fake",
        "object": "text_completion",
        "created": 1,
        "model": body["model"],
        "choices": [] if words is None else [choice],
    }
    return json.dumps(told | ({"usage": usage} if usage else {})).encode()
