import asyncio
import gzip
import json
import logging
import socket
import tracemalloc

import anyio
import pytest

from service.errors import (
    CallFailed,
    ProviderDenied,
    ProviderFailed,
    ProviderMalformed,
    ProviderRejected,
    ProviderTimeout,
    ProviderUnreachable,
)
from service.gateway.gateway import Gateway
from service.gateway.messages import parse
from service.gateway.transport import Transport
from tests.fakes.calls import asked, gateway_to, hung_up, read, speaking, trickling
from tests.fakes.provider import Answer, FakeProvider

pytestmark = pytest.mark.anyio


async def test_a_completion_comes_back_as_it_was_with_what_it_used(
    fake: FakeProvider, gateway: Gateway
) -> None:
    fake.answers = lambda _: Answer("Hi.", tokens_in=3, tokens_out=2, delay_seconds=0.05)

    completion = await gateway.complete("small", asked())

    assert json.loads(completion.body)["choices"][0]["message"]["content"] == "Hi."
    result = completion.result
    assert (result.status, result.http_status, result.reason) == ("ok", 200, None)
    assert (result.tokens_in, result.tokens_out) == (3, 2)
    assert 0.05 <= result.latency_seconds < 2
    assert fake.received[0].model == "gpt-small"
    assert fake.received[0].headers["authorization"] == "Bearer sk-secret"


async def test_connections_are_kept_and_cookies_are_not(
    fake: FakeProvider, gateway: Gateway
) -> None:
    fake.answers = lambda _: Answer(headers={"set-cookie": "session=1; Path=/"})

    for _ in range(3):
        await gateway.complete("small", asked())
        await read(await gateway.stream("small", asked(stream=True)))

    assert len(fake.received) == 6
    assert len(fake.connections) == 1
    assert not any("cookie" in received.headers for received in fake.received)


async def test_nothing_is_logged_of_a_call(
    fake: FakeProvider, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await gateway.complete("small", asked())

    assert caplog.messages == []


async def test_a_long_conversation_goes_out_whole(fake: FakeProvider, gateway: Gateway) -> None:
    said = "word " * 600_000
    asks = {"model": "auto", "messages": [{"role": "user", "content": said}]}

    await gateway.complete("small", parse(json.dumps(asks).encode()))

    assert fake.received[0].prompt == said
    assert int(fake.received[0].headers["content-length"]) == len(fake.received[0].raw)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(status=500), ProviderFailed),
        (Answer(status=503, body=b"<html>"), ProviderFailed),
        (Answer(status=307, headers={"location": "/v1/elsewhere"}), ProviderFailed),
        (Answer(status=429, headers={"retry-after": "7"}), ProviderRejected),
        (Answer(status=401), ProviderDenied),
        (Answer(body=b'{"choices": [{"mess'), ProviderMalformed),
        (Answer(body=b" " * 200_000), ProviderMalformed),
        (Answer(body=gzip.compress(b" " * 10_000_000)), ProviderMalformed),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_each_fault_of_a_provider_has_its_error(
    fake: FakeProvider,
    gateway: Gateway,
    answer: Answer,
    kind: type[CallFailed],
    stream: bool,  # noqa: FBT001
) -> None:
    answer.headers.setdefault("content-type", "application/json")
    fake.answers = lambda _: answer

    with pytest.raises(kind) as failed:
        await (gateway.stream if stream else gateway.complete)("small", asked(stream=stream))

    result = failed.value.result
    assert (result.status, result.reason) == ("error", kind.reason)
    assert result.http_status == answer.status
    assert result.latency_seconds > 0
    assert "PROMPT" not in str(failed.value)


async def test_a_rejection_keeps_the_providers_words(fake: FakeProvider, gateway: Gateway) -> None:
    fake.answers = lambda _: Answer("Slow down.", status=429, headers={"retry-after": "7"})

    with pytest.raises(ProviderRejected) as failed:
        await gateway.complete("small", asked())

    assert json.loads(failed.value.body)["error"]["message"] == "Slow down."
    assert failed.value.result.headers == {"retry-after": "7"}


async def test_a_compressed_answer_is_read(fake: FakeProvider, gateway: Gateway) -> None:
    body = b'{"choices": [{}]}'
    headers = {"content-encoding": "gzip"}
    fake.answers = lambda _: Answer(body=gzip.compress(body), headers=headers)

    assert (await gateway.complete("small", asked())).body == body


@pytest.mark.parametrize("stream", [False, True])
async def test_a_silent_provider_is_given_up_in_time(fake: FakeProvider, stream: bool) -> None:  # noqa: FBT001
    fake.answers = lambda _: Answer(delay_seconds=30)

    async with Transport() as transport:
        gateway = gateway_to(fake.base_url, transport, timeout_seconds=0.1)
        with pytest.raises(ProviderTimeout) as failed:
            await (gateway.stream if stream else gateway.complete)("small", asked(stream=stream))

    assert await hung_up(fake)
    assert 0.1 <= failed.value.result.latency_seconds < 1


async def test_a_provider_that_trickles_is_given_up_in_time() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"

    async with speaking(trickling(head, b" ")) as url, Transport() as transport:
        with pytest.raises(ProviderTimeout) as failed:
            await gateway_to(url, transport, timeout_seconds=0.2).complete("small", asked())
        await asyncio.sleep(0.1)

    assert failed.value.result.latency_seconds < 1


async def test_a_caller_may_wait_less_than_the_model_may_take(fake: FakeProvider) -> None:
    fake.answers = lambda _: Answer(delay_seconds=30)

    async with Transport() as transport:
        with pytest.raises(ProviderTimeout) as failed:
            await gateway_to(fake.base_url, transport).complete("small", asked(), 0.1)

    assert failed.value.result.latency_seconds < 1


async def test_an_endless_body_is_read_no_further_than_its_limit() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
    endless = trickling(head, b" " * 65536, every_seconds=0.0)

    async with speaking(endless) as url, Transport(most_bytes=1_000_000) as transport:
        with pytest.raises(ProviderMalformed, match="longer than 1000000 bytes"):
            await gateway_to(url, transport).complete("small", asked())


async def test_a_compressed_flood_takes_no_memory() -> None:
    flood = gzip.compress(bytes(400_000_000), compresslevel=9)
    length = len(flood)
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n"

    async with (
        speaking(trickling(head.encode() + flood, b"", 30.0)) as url,
        Transport() as transport,
    ):
        tracemalloc.start()
        with pytest.raises(ProviderMalformed):
            await gateway_to(url, transport).complete("small", asked())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert peak < 150_000_000


async def test_a_connection_reset_in_the_middle_of_a_body_is_told_so() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"choices": [')
        await writer.drain()
        writer.transport.abort()

    async with speaking(reset) as url, Transport() as transport:
        with pytest.raises(ProviderUnreachable):
            await gateway_to(url, transport).complete("small", asked())


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"choices": []}', b'{"choices": null}', b'{"object": "x"}']
)
async def test_an_answer_without_a_choice_is_none(
    fake: FakeProvider, gateway: Gateway, body: bytes
) -> None:
    fake.answers = lambda _: Answer(body=body, content_type="text/html")

    with pytest.raises(ProviderMalformed):
        await gateway.complete("small", asked())


async def test_what_a_provider_tells_of_limits_is_kept(
    fake: FakeProvider, gateway: Gateway
) -> None:
    told = {"x-ratelimit-remaining-requests": "7", "x-request-id": "r-1"}
    others = {"openai-organization": "ours", "x-ratelimit-reset-requests": "\N{SNOWMAN}"}
    fake.answers = lambda _: Answer(headers=told | others)

    completion = await gateway.complete("small", asked())
    stream = await gateway.stream("small", asked(stream=True))
    await read(stream)

    assert completion.result.headers == stream.result.headers == told


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "http://no-such-host.invalid", "none"])
async def test_a_provider_that_cannot_be_reached_is_told_so(url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    async with Transport() as transport:
        with pytest.raises(ProviderUnreachable) as failed:
            await gateway_to(url.format(port=port), transport).complete("small", asked())

    assert failed.value.result.http_status is None


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 2", b"220 mail ESMTP\r\n\r\n"])
async def test_a_connection_lost_before_the_answer_is_no_timeout(said: bytes) -> None:
    async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    async with speaking(leave) as url, Transport() as transport:
        with pytest.raises(ProviderUnreachable) as failed:
            await gateway_to(url, transport).complete("small", asked())

    assert "PROMPT" not in str(failed.value)


async def test_a_cancelled_completion_closes_the_providers_call(
    fake: FakeProvider, gateway: Gateway
) -> None:
    fake.answers = lambda _: Answer(delay_seconds=30)

    with anyio.move_on_after(0.1):
        await gateway.complete("small", asked())

    assert await hung_up(fake)


async def test_many_calls_at_once_do_not_mix(fake: FakeProvider, gateway: Gateway) -> None:
    fake.answers = lambda received: Answer(received.prompt, delay_seconds=0.01)

    async def call(number: int) -> str:
        asks = b'{"model": "auto", "messages": [{"role": "user", "content": "%d"}]}' % number
        completion = await gateway.complete("small", parse(asks))
        return str(json.loads(completion.body)["choices"][0]["message"]["content"])

    answers = await asyncio.gather(*(call(number) for number in range(200)))

    assert answers == [str(number) for number in range(200)]
