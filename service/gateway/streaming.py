"""Reads a stream of server-sent events as it passes by; does no I/O."""

import re

import msgspec
from msgspec import Raw, Struct

from service.gateway.openai import error_body, usage_of
from service.gateway.provider import Usage

BOUNDARY = re.compile(rb"\r?\n\r?\n|\r\r")
"""What ends an event."""

_MOST_BYTES = 8 * 1024 * 1024
"""Of one event; a longer one is no chunk of text."""

_NOTHING = {b'""', b"null", b"[]", b"{}"}


class _Choice(Struct, frozen=True):
    delta: Raw = Raw(b"{}")
    text: str | None = None
    """What a completion of a bare prompt has in the place of a delta."""

    finish_reason: str | None = None


class _Chunk(Struct, frozen=True):
    choices: tuple[_Choice, ...] | None = None
    usage: Raw = Raw(b"null")
    error: Raw = Raw(b"null")


_CHUNK = msgspec.json.Decoder(_Chunk)
_DELTA = msgspec.json.Decoder(dict[str, Raw] | None)


class StreamRelay:
    r"""Passes a stream on event by event, and notes what it tells.

    It ends well with ``data: [DONE]``. However else it ends, the client gets one event with an
    error in OpenAI's shape, because to OpenAI's clients a stream that merely stops is a success.

    >>> relay = StreamRelay(keep_usage=False)
    >>> relay.feed(b'data: {"choices": [{"delta": {"content": "Hi"}}]}\n', 0.2)
    b''
    >>> relay.feed(b"\ndata: [DO", 0.3)
    b'data: {"choices": [{"delta": {"content": "Hi"}}]}\n\n'
    >>> relay.feed(b"NE]\n\n", 0.4)
    b'data: [DONE]\n\n'
    >>> relay.is_done, relay.first_token_seconds
    (True, 0.3)
    """

    def __init__(self, *, keep_usage: bool, secret: str | None = None) -> None:
        """``keep_usage`` passes the chunk on that has nothing but the usage.

        ``secret`` is the operator's key, which no error may repeat.
        """
        self.usage = Usage()
        self.finish: str | None = None
        self.first_token_seconds: float | None = None
        self.is_done = False
        """The end has passed."""

        self.events = 0
        """How many events came that are more than a comment."""

        self.reason: str | None = None
        """Why it broke, in one word; None as long as it did not."""

        self._has_choices = False
        self._keep_usage = keep_usage
        self._secret = secret
        self._pending = bytearray()

    @property
    def is_over(self) -> bool:
        """Nothing more is passed on."""
        return self.is_done or self.reason is not None

    @property
    def has_begun(self) -> bool:
        """The model has said something, or why it says nothing."""
        return self.first_token_seconds is not None or self.finish is not None

    def feed(self, data: bytes, elapsed_seconds: float) -> bytes:
        """Take in what arrived, however it was split; gives what the client is to have now."""
        passed = b"".join(self._pass(event, elapsed_seconds) for event in self._events(data))
        if len(self._pending) > _MOST_BYTES and not self.is_over:
            passed += self.fail("malformed", "an event of the stream is too long")
        return passed

    def end(self) -> bytes:
        """The provider closed the stream; gives what the client is to have last."""
        if self.is_over:
            return b""
        if (data_of(bytes(self._pending)) or b"").startswith(b"[DONE]"):
            return self._finish(bytes(self._pending) + b"\n\n")
        return self.fail("cut", "the provider ended the stream before the answer was complete")

    def fail(self, reason: str, message: str) -> bytes:
        """The stream broke; gives the event that tells the client."""
        self.reason = reason
        self._pending.clear()
        return b"data: " + error_body(message, reason) + b"\n\n"

    def _events(self, data: bytes) -> list[bytes]:
        """The events that are whole now, each with the blank line that ends it."""
        seen = max(0, len(self._pending) - 3)
        self._pending += data
        ends = [match.end() for match in BOUNDARY.finditer(self._pending, seen)]
        if not ends:
            return []
        starts = [0, *ends[:-1]]
        events = [bytes(self._pending[i:j]) for i, j in zip(starts, ends, strict=True)]
        del self._pending[: ends[-1]]
        return events

    def _pass(self, event: bytes, elapsed_seconds: float) -> bytes:
        if self.is_over:
            return b""
        data = data_of(event)
        if data is None:
            return event
        self.events += 1
        if data.startswith(b"[DONE]"):
            return self._finish(event)
        try:
            data.decode()
            chunk = _CHUNK.decode(data)
            self._note(chunk, elapsed_seconds)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self.fail("malformed", "the provider sent what is no chunk of an answer")
        if bytes(chunk.error) != b"null":
            return self._refused(chunk.error, event)
        return event if self._keep_usage or not _is_only_usage(chunk) else b""

    def _refused(self, error: Raw, event: bytes) -> bytes:
        """The provider's own words where they have OpenAI's shape, or else ours; never the key."""
        if not bytes(error).startswith(b"{"):
            return self.fail("upstream_error", "the provider broke the stream off")
        self.reason = "upstream_error"
        return event.replace(self._secret.encode(), b"***") if self._secret else event

    def _finish(self, event: bytes) -> bytes:
        if not self._has_choices:
            return self.fail("empty", "the provider ended the stream without an answer")
        self.is_done = True
        return event

    def _note(self, chunk: _Chunk, elapsed_seconds: float) -> None:
        if bytes(chunk.usage) != b"null":
            self.usage = usage_of(chunk.usage)
        self._has_choices = self._has_choices or bool(chunk.choices)
        for choice in chunk.choices or ():
            self.finish = choice.finish_reason or self.finish
            if self.first_token_seconds is None and (choice.text or _says_something(choice.delta)):
                self.first_token_seconds = elapsed_seconds


def _is_only_usage(chunk: _Chunk) -> bool:
    return not chunk.choices and bytes(chunk.usage) != b"null" and bytes(chunk.error) == b"null"


def _says_something(delta: Raw) -> bool:
    """Whether a delta has more than a role: text, reasoning, a call of a tool."""
    fields = _DELTA.decode(delta) or {}
    return any(bytes(value) not in _NOTHING for name, value in fields.items() if name != "role")


def data_of(event: bytes) -> bytes | None:
    """An event's data, its lines joined; None where it has none, as a comment has not.

    Source: HTML Living Standard, section 9.2.6, "Interpreting an event stream".
    """
    lines = [line[5:] for line in event.splitlines() if line.startswith(b"data:")]
    return b"\n".join(line.removeprefix(b" ") for line in lines) if lines else None
