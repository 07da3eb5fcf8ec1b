"""What clients send: chat completions, read no further than routing needs.

What Pointsman does not know is kept as the bytes it came in, and passed on as such.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from bandit.prompt import Prompt
from service.caller import KEY_HEADERS, KEYLESS, Caller
from service.errors import BadRequest
from service.gateway.decoding import decoded, fields_of
from service.gateway.dial import Dial, Name, dial_from_headers

CHAT, EMBEDDINGS = "chat/completions", "embeddings"
"""Where a provider answers, after the model's ``base_url``."""

_TOKENS_PER_MESSAGE = 4
_TOKENS_PER_IMAGE = 765
"""What OpenAI bills for a picture of 1024 x 1024 pixels in detail."""

_BYTES_PER_TOKEN = 4

Tokens = Annotated[int, Meta(ge=0, le=2**53)]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation, as far as routing looks at it."""

    role: str
    text: str = field(repr=False)
    images: int = 0
    audio: bool = False
    files: bool = False
    tool_calls: tuple[str, ...] = ()
    """The calls of tools that it asks for, by their ids."""

    tool_call_id: str | None = None
    """The call that it answers."""


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """A chat completion that somebody asks for."""

    model: str
    messages: tuple[Message, ...] = field(repr=False)
    stream: bool
    include_usage: bool
    """Whether the client wants a stream to end with a chunk that tells its usage."""

    max_tokens: int | None
    tools: int
    needs: frozenset[str]
    """What the model must be able to do: ``tools``, ``images``, ``files``, and the like."""

    pointsman: Dial
    raw: Mapping[str, Raw] = field(repr=False)
    """Every field of the body, as it came."""

    path: str = CHAT
    """Which of a provider's endpoints it is for."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """HTTP headers that it came with but for its key, by names in lower case; for rules."""

    caller: Caller = KEYLESS

    def sent(self, headers: Mapping[str, str], caller: Caller) -> "CompletionRequest":
        """The same request as a caller sent it, routed as its HTTP headers say.

        Raises:
            BadRequest: A header does not say what it should.
        """
        dial = dial_from_headers(headers, self.pointsman)
        if caller.key is not None:
            headers = {name: text for name, text in headers.items() if name not in KEY_HEADERS}
        return replace(self, pointsman=dial, headers=headers, caller=caller)

    def body_for(self, upstream_model: str) -> bytes:
        """The client's own body with the model's name at its provider, and without our dial.

        A stream is always asked for its usage: what it cost is to be known.
        """
        fields = {name: value for name, value in self.raw.items() if name != "pointsman"}
        fields["model"] = Raw(msgspec.json.encode(upstream_model))
        if self.stream:
            fields["stream_options"] = _with_usage(fields.get("stream_options"))
        return msgspec.json.encode(fields)


class _Part(Struct, frozen=True):
    type: str
    text: str | None = None


class _ToolCall(Struct, frozen=True):
    id: str | None = None


class _Message(Struct, frozen=True):
    role: Name
    content: str | list[_Part] | None = None
    tool_calls: tuple[_ToolCall, ...] | None = None
    tool_call_id: str | None = None

    def read(self) -> Message:
        parts = self.content if isinstance(self.content, list) else ()
        kinds = [part.type for part in parts]
        return Message(
            role=self.role,
            text=self._text(),
            images=kinds.count("image_url"),
            audio="input_audio" in kinds,
            files="file" in kinds,
            tool_calls=tuple(call.id or "" for call in self.tool_calls or ()),
            tool_call_id=self.tool_call_id,
        )

    def _text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.text)
        return self.content or ""


class _StreamOptions(Struct, frozen=True):
    include_usage: bool | None = None


class _Format(Struct, frozen=True):
    type: str | None = None


class _Body(Struct, frozen=True):
    model: Name
    messages: Annotated[tuple[_Message, ...], Meta(min_length=1)]
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    max_tokens: Tokens | None = None
    max_completion_tokens: Tokens | None = None
    tools: tuple[Raw, ...] | None = None
    functions: tuple[Raw, ...] | None = None
    response_format: _Format | None = None
    modalities: tuple[str, ...] | None = None
    pointsman: Dial | None = None

    def needs(self, messages: tuple[Message, ...]) -> frozenset[str]:
        wanted = {
            "tools": bool(self.tools or self.functions),
            "images": any(message.images for message in messages),
            "files": any(message.files for message in messages),
            "audio": any(message.audio for message in messages)
            or "audio" in (self.modalities or ()),
            "json_schema": self.response_format is not None
            and self.response_format.type == "json_schema",
        }
        return frozenset(name for name, is_wanted in wanted.items() if is_wanted)


_BODY = msgspec.json.Decoder(_Body)
_PROMPT = msgspec.json.Decoder(str)


def parse(body: bytes) -> CompletionRequest:
    """Read the body of ``POST /v1/chat/completions``.

    Raises:
        BadRequest: It is no chat completion; the error tells where, and never what it found.
    """
    return _read(body, fields_of(body))


def parse_route(body: bytes) -> CompletionRequest:
    """Read the body of ``POST /v1/route``: the same, or ``prompt`` in the place of ``messages``.

    Raises:
        BadRequest: It is no such thing.
    """
    fields = fields_of(body)
    if "prompt" not in fields:
        return _read(body, fields)
    if "messages" in fields:
        raise BadRequest("prompt", "there are messages already; give one of the two")
    prompt = decoded("prompt", lambda: _PROMPT.decode(fields.pop("prompt")))
    fields["messages"] = Raw(msgspec.json.encode([{"role": "user", "content": prompt}]))
    return _read(msgspec.json.encode(fields), fields)


def prompt_of(request: CompletionRequest) -> Prompt:
    """The parts of a request that tell which model it needs."""
    asked = [message.text for message in request.messages if message.role == "user"]
    told = [m.text for m in request.messages if m.role in {"system", "developer"}]
    return Prompt(
        user=asked[-1] if asked else request.messages[-1].text,
        system=told[0] if told else "",
        turns=len(request.messages),
        tools=request.tools,
        images=sum(message.images for message in request.messages),
    )


def estimate_tokens_in(request: CompletionRequest) -> int:
    """About how many tokens a request is, by its length alone; never fewer than one."""
    size = sum(_size(message.text) for message in request.messages)
    size += sum(len(bytes(request.raw.get(name, b""))) for name in ("tools", "functions"))
    images = sum(message.images for message in request.messages)
    messages = _TOKENS_PER_MESSAGE * len(request.messages)
    return 1 + size // _BYTES_PER_TOKEN + messages + _TOKENS_PER_IMAGE * images


def _size(text: str) -> int:
    """Length in UTF-8: scripts beyond ASCII take more tokens a letter."""
    return len(text) if text.isascii() else len(text.encode())


def _read(body: bytes, fields: dict[str, Raw]) -> CompletionRequest:
    asked = decoded(None, lambda: _BODY.decode(body))
    messages = tuple(message.read() for message in asked.messages)
    most = asked.max_completion_tokens
    return CompletionRequest(
        model=asked.model,
        messages=messages,
        stream=bool(asked.stream),
        include_usage=bool(asked.stream_options and asked.stream_options.include_usage),
        max_tokens=asked.max_tokens if most is None else most,
        tools=len(asked.tools or ()) + len(asked.functions or ()),
        needs=asked.needs(messages),
        pointsman=asked.pointsman or Dial(),
        raw=fields,
    )


def _with_usage(options: Raw | None) -> Raw:
    known = fields_of(bytes(options)) if options is not None and bytes(options) != b"null" else {}
    return Raw(msgspec.json.encode(known | {"include_usage": Raw(b"true")}))
