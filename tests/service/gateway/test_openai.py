import json

import msgspec
import pytest

from bandit.price import TokenParts
from service.errors import (
    CallFailed,
    ProviderDenied,
    ProviderFailed,
    ProviderMalformed,
    ProviderRejected,
)
from service.gateway.messages import parse
from service.gateway.openai import OpenAI, usage_of
from service.gateway.provider import HttpResponse, Upstream, Usage

MODEL = Upstream("small", "http://host/v1/", api_key="sk-secret", upstream_model="gpt-small")
ASKED = parse(b'{"model": "auto", "messages": [{"role": "user", "content": "PROMPT"}]}')
USAGE = b'{"prompt_tokens": 3, "completion_tokens": 2}'
ANSWER = b'{"choices": [{"finish_reason": "stop"}], "usage": ' + USAGE + b"}"


def response(status: int, body: bytes, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return HttpResponse(status, named, body)


def test_a_request_goes_to_the_models_endpoint_under_its_key() -> None:
    model = Upstream("small", "http://host/v1/", "sk-secret", extra_headers={"X-Team": "blue"})

    sent = OpenAI().request(ASKED, model)

    assert (sent.method, sent.url) == ("POST", "http://host/v1/chat/completions")
    assert sent.headers["authorization"] == "Bearer sk-secret"
    assert sent.headers["x-team"] == "blue"
    assert json.loads(sent.body)["model"] == "small"


def test_without_a_key_nothing_is_said_of_one() -> None:
    sent = OpenAI().request(ASKED, Upstream("small", "http://host/v1"))

    assert "authorization" not in sent.headers


def test_neither_key_nor_prompt_is_ever_shown() -> None:
    sent = OpenAI().request(ASKED, MODEL)

    assert "secret" not in repr(MODEL) + repr(sent)
    assert "PROMPT" not in repr(sent)


def test_an_answer_is_handed_on_as_it_came() -> None:
    reply = OpenAI().read(response(200, ANSWER), MODEL)

    assert reply.body == ANSWER
    assert reply.usage == Usage(3, 2)
    assert reply.finish == "stop"


@pytest.mark.parametrize("usage", [b"", b', "usage": null', b', "usage": {}'])
def test_tokens_that_are_not_told_are_not_invented(usage: bytes) -> None:
    reply = OpenAI().read(response(200, b'{"choices": [{}]' + usage + b"}"), MODEL)

    assert reply.usage == Usage()


@pytest.mark.parametrize("usage", [b'{"prompt_tokens": -1}', b'{"prompt_tokens": 1e9}', b"[1]"])
def test_absurd_usage_is_not_believed(usage: bytes) -> None:
    reply = OpenAI().read(response(200, b'{"choices": [{}], "usage": ' + usage + b"}"), MODEL)

    assert reply.usage == Usage(reason="absurd_usage")


def test_tokens_with_prices_of_their_own_are_told_apart() -> None:
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 50,
        "total_tokens": 150,
        "prompt_tokens_details": {"cached_tokens": 60, "audio_tokens": 5},
        "completion_tokens_details": {"reasoning_tokens": 30},
    }

    told = usage_of(msgspec.Raw(msgspec.json.encode(usage)))

    assert told == Usage(100, 50, TokenParts(cached_in=60, audio_in=5, reasoning_out=30))


def test_what_was_thought_is_billed_where_it_is_counted_beside_the_answer() -> None:
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 50,
        "total_tokens": 180,
        "completion_tokens_details": {"reasoning_tokens": 30},
    }

    assert usage_of(msgspec.Raw(msgspec.json.encode(usage))).tokens_out == 80


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>PROMPT</html>", b"[]", b"{}", b'{"choices": []}', b'{"choices": 1}', b"[" * 5000],
)
def test_what_is_no_completion_is_malformed(body: bytes) -> None:
    with pytest.raises(ProviderMalformed) as failed:
        OpenAI().read(response(200, body), MODEL)

    assert failed.value.result.reason == "malformed"
    assert "PROMPT" not in str(failed.value)


def test_a_rejection_is_the_callers_to_read() -> None:
    body = b'{"error": {"message": "slow down, sk-secret"}}'

    with pytest.raises(ProviderRejected) as failed:
        OpenAI().read(response(429, body, retry_after="3", set_cookie="a=b"), MODEL)

    assert failed.value.body == body.replace(b"sk-secret", b"***")
    assert failed.value.result.headers == {"retry-after": "3"}
    assert failed.value.result.http_status == 429


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"detail": "no"}', b'{"error": "no"}'])
def test_a_rejection_in_another_shape_is_told_in_openais(body: bytes) -> None:
    with pytest.raises(ProviderRejected) as failed:
        OpenAI().read(response(413, body), MODEL)

    assert "413" in json.loads(failed.value.body)["error"]["message"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, ProviderDenied), (403, ProviderDenied), (500, ProviderFailed), (302, ProviderFailed)],
)
def test_what_the_caller_cannot_mend_is_not_handed_on(status: int, kind: type[CallFailed]) -> None:
    with pytest.raises(kind) as failed:
        OpenAI().read(response(status, b'{"error": {"message": "key sk-se*** is bad"}}'), MODEL)

    assert failed.value.result.http_status == status
    assert "sk-" not in str(failed.value)


def test_an_answer_that_is_no_utf_8_is_none() -> None:
    body = ANSWER.replace(b'"stop"}', b'"stop", "message": {"content": "\xff"}}')

    with pytest.raises(ProviderMalformed, match="it is not JSON"):
        OpenAI().read(response(200, body), MODEL)


def test_a_refusal_that_is_no_utf_8_is_told_in_our_words() -> None:
    with pytest.raises(ProviderRejected) as failed:
        OpenAI().read(response(400, b'{"error": {"message": "\xff"}}'), MODEL)

    assert "status 400" in json.loads(failed.value.body)["error"]["message"]
