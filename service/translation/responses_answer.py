"""A chat completion, told as a response of OpenAI's Responses API."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
from msgspec import Raw

from service.gateway.openai import usage_of
from service.gateway.provider import Usage
from service.translation.chat import Piece, decode_whole

Event = dict[str, object]

_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}
_PREFIXES = {"reasoning": "rs", "call": "fc", "text": "msg", "refusal": "msg"}
_REPEATED: Mapping[str, object] = {
    "instructions": None,
    "max_output_tokens": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "reasoning": {"effort": None, "summary": None},
    "service_tier": "auto",
    "temperature": None,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_p": None,
    "truncation": "disabled",
    "user": None,
}
"""What a response repeats of its request, and has where the request says nothing."""


@dataclass(frozen=True, slots=True)
class ResponseForm:
    """Everything of a response that is known before the answer."""

    id: str
    created_at: int
    """Seconds since 1970."""

    fields: Mapping[str, Raw] = field(repr=False)
    """The request's."""

    def response(
        self, status: str, model: str, output: list[Event], usage: Event | None = None
    ) -> Event:
        """A response as it is now."""
        repeated = {name: self._said(name, default) for name, default in _REPEATED.items()}
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created_at,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "model": model,
            "output": output,
            "previous_response_id": None,
            "store": False,
            "usage": usage,
            **repeated,
        }

    def ended(self, finish: str, model: str, output: list[Event], usage: Usage) -> Event:
        """A response whose answer is there."""
        reason = _INCOMPLETE.get(finish)
        status = "incomplete" if reason else "completed"
        details = {"reason": reason} if reason else None
        response = self.response(status, model, output, usage_told(usage))
        return response | {"incomplete_details": details}

    def item_id(self, kind: str, place: int) -> str:
        """What an item is called: after its response and its place in it."""
        return f"{_PREFIXES[kind]}_{self.id.partition('_')[2]}_{place}"

    def _said(self, name: str, default: object) -> object:
        said = self.fields.get(name)
        return default if said is None or bytes(said) == b"null" else said


def response_of(completion: bytes, form: ResponseForm) -> bytes:
    """A whole answer.

    Raises:
        msgspec.DecodeError: It is no chat completion.
    """
    whole = decode_whole(completion)
    output = [
        item(piece, form.item_id(piece.kind, place), piece.text)
        for place, piece in enumerate(whole.pieces)
    ]
    usage = usage_of(whole.usage)
    return msgspec.json.encode(form.ended(whole.finish, whole.model, output, usage))


def item(piece: Piece, item_id: str, words: str | None) -> Event:
    """An item of the output; without words, one that has just begun."""
    status = "in_progress" if words is None else "completed"
    head: Event = {"id": item_id, "status": status}
    content = [] if words is None else [content_part(piece, words)]
    match piece.kind:
        case "reasoning":
            return {**head, "type": "reasoning", "summary": [], "content": content}
        case "call":
            call = {"call_id": piece.call_id, "name": piece.name, "arguments": words or ""}
            return {**head, "type": "function_call", **call}
        case _:
            return {**head, "type": "message", "role": "assistant", "content": content}


def content_part(piece: Piece, words: str) -> Event:
    """The one part of an item that is no call."""
    match piece.kind:
        case "reasoning":
            return {"type": "reasoning_text", "text": words}
        case "refusal":
            return {"type": "refusal", "refusal": words}
        case _:
            return {"type": "output_text", "text": words, "annotations": [], "logprobs": []}


def usage_told(usage: Usage) -> Event | None:
    """Tokens as this protocol counts them; None where the provider did not say."""
    if usage.tokens_in is None or usage.tokens_out is None:
        return None
    parts = usage.parts
    return {
        "input_tokens": usage.tokens_in,
        "input_tokens_details": {
            "cached_tokens": parts.cached_in,
            "cache_write_tokens": parts.cache_written_in,
        },
        "output_tokens": usage.tokens_out,
        "output_tokens_details": {"reasoning_tokens": parts.reasoning_out},
        "total_tokens": usage.tokens_in + usage.tokens_out,
    }
