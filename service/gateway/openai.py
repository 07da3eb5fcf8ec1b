"""The protocol of OpenAI's chat completions, which most providers speak."""

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from service.errors import (
    CallFailed,
    ProviderDenied,
    ProviderFailed,
    ProviderMalformed,
    ProviderRejected,
)
from service.gateway.messages import CompletionRequest
from service.gateway.provider import HttpRequest, HttpResponse, Reply, Upstream, Usage

_DENIED = {401, 403}
_TELLING_HEADERS = ("retry-after", "retry-after-ms", "x-should-retry", "x-request-id")

Count = Annotated[int, Meta(ge=0, le=100_000_000)]


class _Counted(Struct, frozen=True):
    prompt_tokens: Count | None = None
    completion_tokens: Count | None = None


class _Choice(Struct, frozen=True):
    finish_reason: str | None = None


class _Completion(Struct, frozen=True):
    choices: Annotated[tuple[_Choice, ...], Meta(min_length=1)]
    usage: Raw = Raw(b"null")


class _Refusal(Struct, frozen=True):
    error: dict[str, Raw]


_COMPLETION = msgspec.json.Decoder(_Completion)
_COUNTED = msgspec.json.Decoder(_Counted | None)
_REFUSAL = msgspec.json.Decoder(_Refusal)
_T = TypeVar("_T")


class OpenAI:
    """Any endpoint that is compatible with OpenAI's ``/chat/completions``."""

    def request(self, completion: CompletionRequest, model: Upstream) -> HttpRequest:
        """What to send: the client's body, under the operator's key."""
        headers = {
            "content-type": "application/json",
            "accept": "text/event-stream" if completion.stream else "application/json",
            "accept-encoding": "identity",
            "user-agent": "pointsman",
        }
        if model.api_key is not None:
            headers["authorization"] = f"Bearer {model.api_key}"
        return HttpRequest(
            model=model.name,
            method="POST",
            url=f"{model.base_url.rstrip('/')}/chat/completions",
            headers=headers | {name.lower(): text for name, text in model.extra_headers.items()},
            body=completion.body_for(model.upstream_model or model.name),
            timeout_seconds=model.timeout_seconds,
        )

    def read(self, response: HttpResponse, model: Upstream) -> Reply:
        """What was answered, the body as it came.

        Raises:
            CallFailed: It is an error, or no answer at all.
        """
        if response.status != 200:
            raise _failure(response, model)
        completion = _decoded(_COMPLETION, response.body)
        if isinstance(completion, str):
            raise ProviderMalformed(model.name, completion)
        finish = completion.choices[0].finish_reason
        return Reply(response.body, usage_of(completion.usage), finish)


def usage_of(raw: Raw) -> Usage:
    """The tokens that a ``usage`` object tells; none, with a reason, where it cannot be so."""
    counted = _decoded(_COUNTED, bytes(raw))
    if isinstance(counted, str):
        return Usage(reason="absurd_usage")
    if counted is None:
        return Usage()
    return Usage(counted.prompt_tokens, counted.completion_tokens)


def _failure(response: HttpResponse, model: Upstream) -> CallFailed:
    status = response.status
    if status in _DENIED:
        return ProviderDenied(model.name, status)
    if 400 <= status < 500:
        headers = {
            name: text for name, text in response.headers.items() if name in _TELLING_HEADERS
        }
        return ProviderRejected(model.name, status, _said(response, model), headers)
    return ProviderFailed(model.name, status)


def _said(response: HttpResponse, model: Upstream) -> bytes:
    """A provider's own words where they have OpenAI's shape, or else ours; never the key."""
    refusal = _decoded(_REFUSAL, response.body)
    if isinstance(refusal, str):
        return error_body(f"the provider rejected the request with status {response.status}")
    if model.api_key:
        return response.body.replace(model.api_key.encode(), b"***")
    return response.body


def error_body(message: str, code: str | None = None) -> bytes:
    """An error in OpenAI's shape, told of a provider."""
    error = {"message": message, "type": "upstream_error", "param": None, "code": code}
    return msgspec.json.encode({"error": error})


def _decoded(decoder: msgspec.json.Decoder[_T], body: bytes) -> _T | str:
    """What the decoder makes of a body; or, as text, what is wrong with it."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        return str(error)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "it is not JSON"
