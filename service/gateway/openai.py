"""The protocol of OpenAI's chat completions, which most providers speak."""

from dataclasses import replace
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from bandit.price import TokenParts
from service.errors import (
    CallFailed,
    ProviderDenied,
    ProviderFailed,
    ProviderMalformed,
    ProviderRejected,
)
from service.gateway.messages import CHAT, EMBEDDINGS, CompletionRequest
from service.gateway.provider import HttpRequest, HttpResponse, Reply, Upstream, Usage
from service.gateway.telling import telling

_DENIED = {401, 402, 403}
"""The operator's key is refused, or its account is empty."""

Count = Annotated[int, Meta(ge=0, le=100_000_000)]


class _AskedDetails(Struct, frozen=True):
    cached_tokens: Count | None = None
    audio_tokens: Count | None = None
    image_tokens: Count | None = None
    cache_write_tokens: Count | None = None


class _AnsweredDetails(Struct, frozen=True):
    reasoning_tokens: Count | None = None
    audio_tokens: Count | None = None


class _Counted(Struct, frozen=True):
    prompt_tokens: Count | None = None
    completion_tokens: Count | None = None
    total_tokens: Count | None = None
    prompt_tokens_details: _AskedDetails | None = None
    completion_tokens_details: _AnsweredDetails | None = None

    def usage(self) -> Usage:
        asked = self.prompt_tokens_details or _AskedDetails()
        answered = self.completion_tokens_details or _AnsweredDetails()
        parts = TokenParts(
            cached_in=asked.cached_tokens or 0,
            cache_written_in=asked.cache_write_tokens or 0,
            audio_in=asked.audio_tokens or 0,
            image_in=asked.image_tokens or 0,
            audio_out=answered.audio_tokens or 0,
            reasoning_out=answered.reasoning_tokens or 0,
        )
        return Usage(self.prompt_tokens, self._tokens_out(parts.reasoning_out), parts)

    def _tokens_out(self, reasoning: int) -> int | None:
        """All tokens billed as the answer; some providers count what was thought beside it.

        Of embeddings nothing is told but the total, and nothing of it is an answer.
        """
        said = self.completion_tokens
        if self.prompt_tokens is None or self.total_tokens is None:
            return said
        if said is None:
            return max(0, self.total_tokens - self.prompt_tokens)
        beside = self.total_tokens == self.prompt_tokens + said + reasoning
        return said + reasoning if beside else said


class _Choice(Struct, frozen=True):
    finish_reason: str | None = None


class _Completion(Struct, frozen=True):
    choices: Annotated[tuple[_Choice, ...], Meta(min_length=1)]
    usage: Raw = Raw(b"null")


class _Embeddings(Struct, frozen=True):
    data: Annotated[tuple[Raw, ...], Meta(min_length=1)]
    usage: Raw = Raw(b"null")


class _Refusal(Struct, frozen=True):
    error: dict[str, Raw]


_COMPLETION = msgspec.json.Decoder(_Completion)
_EMBEDDINGS = msgspec.json.Decoder(_Embeddings)
_COUNTED = msgspec.json.Decoder(_Counted | None)
_REFUSAL = msgspec.json.Decoder(_Refusal)
_T = TypeVar("_T")


class OpenAI:
    """Any provider that is compatible with OpenAI's endpoints."""

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
            url=f"{model.base_url.rstrip('/')}/{completion.path}",
            headers=headers | {name.lower(): text for name, text in model.extra_headers.items()},
            body=completion.body_for(model.upstream_model or model.name),
            connect_timeout_seconds=model.connect_timeout_seconds,
        )

    def read(self, response: HttpResponse, model: Upstream, path: str = CHAT) -> Reply:
        """What was answered on a path, the body as it came.

        Raises:
            CallFailed: It is an error, or no answer at all.
        """
        if response.status != 200:
            raise _failure(response, model)
        answer: _Completion | _Embeddings | str
        if path == EMBEDDINGS:
            answer = _decoded(_EMBEDDINGS, response.body)
        else:
            answer = _decoded(_COMPLETION, response.body)
        if isinstance(answer, str):
            raise ProviderMalformed(model.name, answer)
        finish = answer.choices[0].finish_reason if isinstance(answer, _Completion) else None
        return Reply(response.body, usage_of(answer.usage), finish)


def usage_of(raw: Raw) -> Usage:
    """The tokens that a ``usage`` object tells; none, with a reason, where it cannot be so."""
    counted = _decoded(_COUNTED, bytes(raw))
    if isinstance(counted, str):
        return Usage(reason="absurd_usage")
    return Usage() if counted is None else counted.usage()


def _failure(response: HttpResponse, model: Upstream) -> CallFailed:
    failure = _kind_of_failure(response, model)
    failure.result = replace(failure.result, headers=telling(response.headers))
    return failure


def _kind_of_failure(response: HttpResponse, model: Upstream) -> CallFailed:
    status = response.status
    if status in _DENIED:
        return ProviderDenied(model.name, status)
    if 400 <= status < 500:
        return ProviderRejected(model.name, status, _said(response, model))
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
    """What the decoder makes of a body; or, as text, what is wrong with it.

    Decoders do not look into what they leave as it came: whether that is UTF-8 is asked apart.
    """
    try:
        body.decode()
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        return str(error)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "it is not JSON"
