import asyncio
import json
import time
from contextlib import aclosing

import anyio
import openai
import pytest

from service.errors import ProviderMalformed, ProviderTimeout, StreamBroke
from service.gateway.gateway import Gateway
from service.gateway.transport import Transport
from tests.fakes.calls import asked, gateway_to, hung_up, read, speaking, trickling
from tests.fakes.provider import Answer, FakeProvider

pytestmark = pytest.mark.anyio

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
TOKEN = b'data: {"choices": [{"delta": {"content": "a"}}]}\n\n'


async def test_a_stream_passes_as_it_comes_and_tells_what_it_used(
    fake: FakeProvider, gateway: Gateway
) -> None:
    fake.answers = lambda _: Answer("a b c", tokens_in=3, tokens_out=2, pause_seconds=0.05)

    stream = await gateway.stream("small", asked(stream=True))
    began = time.perf_counter()
    times = [(time.perf_counter() - began, chunk) async for chunk in stream]
    await stream.aclose()

    assert len(times) == 5
    assert times[0][0] < 0.04
    assert times[-1][0] > 0.2
    assert times[-1][1] == b"data: [DONE]\n\n"
    assert not any(b'"choices": []' in chunk for _, chunk in times)
    result = stream.result
    assert (result.status, result.tokens_in, result.tokens_out) == ("ok", 3, 2)
    assert result.time_to_first_token_seconds is not None
    assert 0.04 < result.time_to_first_token_seconds < 0.15
    assert 0.3 < result.latency_seconds < 1


async def test_a_client_that_asks_for_the_usage_of_a_stream_gets_it(
    fake: FakeProvider, gateway: Gateway
) -> None:
    passed = await read(await gateway.stream("small", asked(stream=True, include_usage=True)))

    assert b'"choices": []' in passed
    assert b'"prompt_tokens": 10' in passed


async def test_a_stream_without_usage_has_no_tokens(fake: FakeProvider, gateway: Gateway) -> None:
    fake.answers = lambda _: Answer(tokens_in=None)

    stream = await gateway.stream("small", asked(stream=True))
    await read(stream)

    assert (stream.result.status, stream.result.tokens_out) == ("ok", None)


@pytest.mark.parametrize(("is_abrupt", "reason"), [(False, "cut"), (True, "unreachable")])
async def test_a_broken_stream_ends_with_an_error(
    fake: FakeProvider,
    gateway: Gateway,
    is_abrupt: bool,  # noqa: FBT001
    reason: str,
) -> None:
    fake.answers = lambda _: Answer("a b c", cut_after=3, is_abrupt=is_abrupt)

    stream = await gateway.stream("small", asked(stream=True))
    passed = await read(stream)

    *whole, last = passed.removesuffix(b"\n\n").split(b"\n\n")
    assert len(whole) == 3
    assert json.loads(last.removeprefix(b"data: "))["error"]["code"] == reason
    assert (stream.result.status, stream.result.reason) == ("error", reason)


async def test_a_stream_that_falls_silent_ends_with_an_error(fake: FakeProvider) -> None:
    fake.answers = lambda _: Answer("a b c", pause_seconds=30, pause_after=2)

    async with Transport() as transport:
        gateway = gateway_to(fake.base_url, transport, timeout_seconds=0.2)
        stream = await gateway.stream("small", asked(stream=True))
        passed = await read(stream)

    assert b'"content": "a "' in passed
    assert b'"code":"timeout"' in passed
    assert stream.result.reason == "timeout"
    assert await hung_up(fake)


async def test_comments_do_not_keep_a_silent_stream_alive() -> None:
    async with speaking(trickling(HEAD + TOKEN, b": still here\n\n")) as url, Transport() as http:
        stream = await gateway_to(url, http, timeout_seconds=0.2).stream(
            "small", asked(stream=True)
        )
        passed = await read(stream)

    assert b'"code":"timeout"' in passed
    assert stream.result.latency_seconds < 2


async def test_comments_alone_do_not_begin_a_stream() -> None:
    async with speaking(trickling(HEAD, b": still here\n\n")) as url, Transport() as http:
        with pytest.raises(ProviderTimeout):
            await gateway_to(url, http, timeout_seconds=0.2).stream("small", asked(stream=True))


async def test_a_flood_of_comments_is_not_held_without_bound() -> None:
    flood = b": " + b"x" * 60_000 + b"\n\n"

    async with speaking(trickling(HEAD, flood, every_seconds=0.0)) as url, Transport() as http:
        with pytest.raises(ProviderMalformed):
            await gateway_to(url, http).stream("small", asked(stream=True))


async def test_a_stream_ends_at_its_deadline_however_lively_it_is() -> None:
    async with speaking(trickling(HEAD, TOKEN)) as url, Transport() as http:
        stream = await gateway_to(url, http).stream("small", asked(stream=True), 0.3)
        passed = await read(stream)

    assert b'"code":"timeout"' in passed
    assert 0.25 < stream.result.latency_seconds < 2


async def test_a_slow_reader_is_not_the_providers_silence(fake: FakeProvider) -> None:
    fake.answers = lambda _: Answer("a b c", pause_seconds=0.05, pause_after=2)

    async with Transport() as transport:
        gateway = gateway_to(fake.base_url, transport, timeout_seconds=0.5)
        stream = await gateway.stream("small", asked(stream=True))
        first = await anext(aiter(stream))
        await asyncio.sleep(1.2)
        rest = await read(stream)

    assert (first + rest).endswith(b"data: [DONE]\n\n")
    assert stream.result.status == "ok"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b'data: {"error": {"message": "overloaded"}}\n\n', "upstream_error"),
        (b"data: {nonsense\n\n", "malformed"),
        (b"data: [DONE]\n\n", "empty"),
        (b"", "cut"),
    ],
)
async def test_a_stream_that_breaks_before_its_first_token_has_passed_nothing_on(
    fake: FakeProvider, gateway: Gateway, said: bytes, reason: str
) -> None:
    body = b'data: {"choices": [{"delta": {"role": "assistant"}}]}\n\n' * (reason != "empty") + said
    headers = {"x-request-id": "r-1"}
    fake.answers = lambda _: Answer(body=body, content_type="text/event-stream", headers=headers)

    with pytest.raises(StreamBroke) as failed:
        await gateway.stream("small", asked(stream=True))

    result = failed.value.result
    assert (result.status, result.reason, result.http_status) == ("error", reason, 200)
    assert result.headers == {"x-request-id": "r-1"}
    assert result.latency_seconds > 0


async def test_a_stream_closed_early_closes_the_providers_too(
    fake: FakeProvider, gateway: Gateway
) -> None:
    fake.answers = lambda _: Answer("a b c", pause_seconds=0.1)

    stream = await gateway.stream("small", asked(stream=True))
    async with aclosing(stream):
        await anext(aiter(stream))

    assert await hung_up(fake)
    assert stream.result.status == "cancelled"
    assert stream.result.tokens_out is None
    assert stream.result.latency_seconds < 1


async def test_a_stream_that_nobody_reads_is_closed(fake: FakeProvider, gateway: Gateway) -> None:
    fake.answers = lambda _: Answer("a b c", pause_seconds=0.1)

    stream = await gateway.stream("small", asked(stream=True))
    await stream.aclose()

    assert await hung_up(fake)
    assert stream.result.status == "cancelled"


async def test_a_cancelled_reader_still_closes_the_providers_stream(
    fake: FakeProvider, gateway: Gateway
) -> None:
    fake.answers = lambda _: Answer("a b c", pause_seconds=30, pause_after=2)
    stream = await gateway.stream("small", asked(stream=True))

    with anyio.move_on_after(0.1):
        try:
            async for _ in stream:
                pass
        finally:
            await stream.aclose()
            closed = True

    assert await hung_up(fake)
    assert closed
    assert stream.result.status == "cancelled"


async def test_openais_client_raises_where_a_stream_was_cut(
    fake: FakeProvider, gateway: Gateway
) -> None:
    fake.answers = lambda _: Answer("a b c", cut_after=3)

    passed = await read(await gateway.stream("small", asked(stream=True)))
    fake.answers = lambda _: Answer(body=passed, content_type="text/event-stream")
    async with openai.AsyncOpenAI(base_url=fake.base_url, api_key="none", max_retries=0) as client:
        chunks = await client.chat.completions.create(
            model="auto", messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        with pytest.raises(openai.APIError, match="before the answer was complete"):
            async for _ in chunks:
                pass
