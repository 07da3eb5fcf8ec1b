"""Calls through a real gateway to a fake provider, and what tests want to know of them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from service.gateway.gateway import Gateway
from service.gateway.messages import CompletionRequest, parse
from service.gateway.provider import Upstream
from service.gateway.stream import Stream
from service.gateway.transport import Transport
from tests.fakes.provider import FakeProvider

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def gateway_to(base_url: str, transport: Transport, timeout_seconds: float = 5.0) -> Gateway:
    """A gateway that knows one model, ``small``."""
    small = Upstream(
        "small",
        base_url,
        "sk-secret",
        "gpt-small",
        timeout_seconds=timeout_seconds,
        first_token_timeout_seconds=timeout_seconds,
        idle_timeout_seconds=timeout_seconds,
    )
    return Gateway(transport, {"small": small})


def asked(*, stream: bool = False, include_usage: bool = False) -> CompletionRequest:
    """A completion whose prompt must never be told."""
    body = {
        "model": "auto",
        "messages": [{"role": "user", "content": "PROMPT"}],
        "stream": stream,
        "stream_options": {"include_usage": include_usage} if stream else None,
    }
    return parse(json.dumps(body).encode())


async def read(stream: Stream) -> bytes:
    """A whole stream, closed."""
    passed = b"".join([chunk async for chunk in stream])
    await stream.aclose()
    return passed


async def hung_up(fake: FakeProvider) -> bool:
    """Whether the provider notices, soon, that the caller of its first request has left."""
    return await asyncio.to_thread(fake.received[0].hung_up.wait, 0.5)


@asynccontextmanager
async def speaking(conversation: Conversation) -> AsyncIterator[str]:
    """A server that speaks something that no HTTP server would."""
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await conversation(reader, writer)
        finally:
            if writer.transport.get_write_buffer_size():
                writer.transport.abort()
            writer.close()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.create_task(talk(reader, writer)))

    async with await asyncio.start_server(begin, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for one in talks:
            one.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


def trickling(first: bytes, then: bytes, every_seconds: float = 0.02) -> Conversation:
    """Says something, and then the same again and again for as long as somebody listens."""

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while not writer.is_closing():
            writer.write(then)
            await writer.drain()
            await asyncio.sleep(every_seconds)

    return trickle
