"""What clients send to the older endpoints: read as a chat is, and passed on as it came."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec
from msgspec import Raw, Struct

from service.errors import BadRequest
from service.gateway.decoding import decoded, fields_of
from service.gateway.dial import Name
from service.gateway.messages import EMBEDDINGS, CompletionRequest, parse

_ROUTED = ("model", "stream", "stream_options", "max_tokens", "pointsman")
"""The fields that mean what they mean in a chat completion."""

Tokens = list[int]


class _Prompted(Struct, frozen=True):
    model: Name
    prompt: str | list[str | int | Tokens] = ""


class _Embedded(Struct, frozen=True):
    model: Name
    input: str | list[str | int | Tokens]


_PROMPTED = msgspec.json.Decoder(_Prompted)
_EMBEDDED = msgspec.json.Decoder(_Embedded)


def parse_prompt(body: bytes) -> CompletionRequest:
    """Read the body of ``POST /v1/completions``; only one text can be routed by what it says.

    Raises:
        BadRequest: It is no completion.
    """
    fields = fields_of(body)
    asked = decoded(None, lambda: _PROMPTED.decode(body))
    texts = _texts(asked.prompt)
    if _is_routed(asked.model) and len(texts) != 1:
        raise BadRequest("prompt", "auto needs one text; name a model for more, or for tokens")
    return replace(_read(fields, texts), path="completions")


def parse_embedding(body: bytes) -> CompletionRequest:
    """Read the body of ``POST /v1/embeddings``.

    Raises:
        BadRequest: It is no such thing, or names no model.
    """
    fields = fields_of(body)
    asked = decoded(None, lambda: _EMBEDDED.decode(body))
    if _is_routed(asked.model):
        problem = "embeddings of different models cannot be compared, so none is chosen; name one"
        raise BadRequest("model", problem)
    longest = sorted(_texts(asked.input), key=len)[-1:]
    request = _read(fields, longest)
    return replace(request, path=EMBEDDINGS, stream=False, needs=frozenset({"embeddings"}))


def _is_routed(model: str) -> bool:
    return model == "auto" or model.startswith("auto:")


def _texts(given: str | list[str | int | Tokens]) -> list[str]:
    """What is given as text; tokens tell nothing here."""
    return [given] if isinstance(given, str) else [text for text in given if isinstance(text, str)]


def _read(fields: dict[str, Raw], texts: Sequence[str]) -> CompletionRequest:
    chat: dict[str, object] = {name: fields[name] for name in _ROUTED if name in fields}
    chat["messages"] = [{"role": "user", "content": text} for text in texts or [""]]
    return replace(parse(msgspec.json.encode(chat)), raw=fields)
