"""A chat completion, told as an answer of Anthropic's Messages API."""

from collections.abc import Iterator

import msgspec
from msgspec import Raw

from service.gateway.openai import usage_of
from service.gateway.provider import Usage
from service.translation.chat import Piece, decode_whole
from service.translation.stream import Event, StreamTranslation

_STOP_REASONS = {
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}
_INPUT = msgspec.json.Decoder(dict[str, Raw])


def message_of(completion: bytes, message_id: str, *, tells_thinking: bool) -> bytes:
    """A whole answer.

    Raises:
        msgspec.DecodeError: It is no chat completion.
    """
    whole = decode_whole(completion)
    pieces = [piece for piece in whole.pieces if tells_thinking or piece.kind != "reasoning"]
    content = [_block(piece, piece.text) for piece in pieces]
    refused = any(piece.kind == "refusal" for piece in pieces)
    stop_reason = _stop_reason("content_filter" if refused else whole.finish)
    usage = _usage(usage_of(whole.usage))
    return msgspec.json.encode(_message(message_id, whole.model, content, stop_reason, usage))


class MessageStream(StreamTranslation):
    """An answer in Anthropic's events."""

    def __init__(self, message_id: str, *, tells_thinking: bool) -> None:
        super().__init__()
        self._id = message_id
        self._tells_thinking = tells_thinking
        self._index = 0
        self._refused = False

    def leaves_out(self, piece: Piece) -> bool:
        """Thoughts, unless the client asked for them."""
        return piece.kind == "reasoning" and not self._tells_thinking

    def begin(self) -> Iterator[Event]:
        """How much was asked is not known yet; the last event but one tells it."""
        message = _message(self._id, self.model, [], None, _usage(Usage()))
        yield {"type": "message_start", "message": message}

    def open(self, piece: Piece) -> Iterator[Event]:
        """A content block."""
        self._refused = self._refused or piece.kind == "refusal"
        block = _block(piece, "")
        yield {"type": "content_block_start", "index": self._index, "content_block": block}

    def more(self, piece: Piece) -> Iterator[Event]:
        """A delta of the block."""
        yield {"type": "content_block_delta", "index": self._index, "delta": _delta(piece)}

    def close(self, piece: Piece) -> Iterator[Event]:
        """The block is complete."""
        del piece
        yield {"type": "content_block_stop", "index": self._index}
        self._index += 1

    def end(self, finish: str, usage: Usage) -> Iterator[Event]:
        """Why it stopped and what it used."""
        reason = _stop_reason("content_filter" if self._refused else finish)
        delta = {"stop_reason": reason, "stop_sequence": None}
        yield {"type": "message_delta", "delta": delta, "usage": _usage(usage)}
        yield {"type": "message_stop"}

    def fail(self, message: str) -> Iterator[Event]:
        """It broke off."""
        yield {"type": "error", "error": {"type": "api_error", "message": message}}


def _message(
    message_id: str, model: str, content: list[Event], stop_reason: str | None, usage: Event
) -> Event:
    return {
        "id": message_id,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": usage,
    }


def _block(piece: Piece, words: str) -> Event:
    match piece.kind:
        case "reasoning":
            return {"type": "thinking", "thinking": words, "signature": ""}
        case "call":
            use = {"type": "tool_use", "id": piece.call_id, "name": piece.name}
            return {**use, "input": _input(words)}
        case _:
            return {"type": "text", "text": words}


def _delta(piece: Piece) -> Event:
    match piece.kind:
        case "reasoning":
            return {"type": "thinking_delta", "thinking": piece.text}
        case "call":
            return {"type": "input_json_delta", "partial_json": piece.text}
        case _:
            return {"type": "text_delta", "text": piece.text}


def _input(arguments: str) -> object:
    """A call's arguments; where they are no JSON object, under the name Anthropic has for that."""
    try:
        return _INPUT.decode(arguments or "{}")
    except (msgspec.DecodeError, RecursionError):
        return {"INVALID_JSON": arguments}


def _stop_reason(finish: str) -> str:
    return _STOP_REASONS.get(finish, "end_turn")


def _usage(usage: Usage) -> Event:
    """Anthropic counts what came from a cache, or went there, beside the rest of the prompt."""
    cached, written = usage.parts.cached_in, usage.parts.cache_written_in
    return {
        "input_tokens": max(0, (usage.tokens_in or 0) - cached - written),
        "cache_read_input_tokens": cached,
        "cache_creation_input_tokens": written,
        "output_tokens": usage.tokens_out or 0,
    }
