"""Carries one completion to the model that was chosen, and tells what the call did."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace

from service.errors import CallFailed, ProviderMalformed
from service.gateway.messages import CompletionRequest
from service.gateway.openai import OpenAI
from service.gateway.provider import Provider, Upstream
from service.gateway.result import CallResult, Status
from service.gateway.streaming import StreamRelay
from service.gateway.transport import OpenResponse, Transport

_PROVIDERS: Mapping[str, Provider] = {"openai": OpenAI()}
_MOST_ERROR_BYTES = 1024 * 1024
_TAIL_SECONDS = 0.25
"""How long a provider has to close its stream after the last event, to keep the connection."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole answer."""

    body: bytes = field(repr=False)
    result: CallResult


class _Watch:
    """Seconds since a call began."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = clock()

    def seconds(self) -> float:
        return self._clock() - self._began


class Gateway:
    """Calls models by the names the configuration gives them."""

    def __init__(
        self,
        transport: Transport,
        upstreams: Mapping[str, Upstream],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """``clock`` gives seconds that only ever grow."""
        self._transport = transport
        self._upstreams = dict(upstreams)
        self._clock = clock

    async def complete(self, model: str, request: CompletionRequest) -> Completion:
        """Answer in one piece.

        Raises:
            CallFailed: The provider failed; the error's ``result`` tells what the call did.
        """
        upstream = self._upstreams[model]
        provider = _PROVIDERS[upstream.provider]
        watch = _Watch(self._clock)
        try:
            response = await self._transport.send(provider.request(request, upstream))
            reply = provider.read(response, upstream)
        except CallFailed as error:
            error.result = replace(error.result, latency_seconds=watch.seconds())
            raise
        result = CallResult(
            status="ok",
            reason=reply.usage.reason,
            http_status=response.status,
            tokens_in=reply.usage.tokens_in,
            tokens_out=reply.usage.tokens_out,
            parts=reply.usage.parts,
            latency_seconds=watch.seconds(),
        )
        return Completion(reply.body, result)

    async def stream(self, model: str, request: CompletionRequest) -> "Stream":
        """Answer piece by piece; returns once the provider has accepted the call.

        Raises:
            CallFailed: It has not; the error's ``result`` tells what the call did.
        """
        upstream = self._upstreams[model]
        provider = _PROVIDERS[upstream.provider]
        watch = _Watch(self._clock)
        try:
            response = await self._transport.open(provider.request(request, upstream))
            await _accept(response, provider, upstream)
        except CallFailed as error:
            error.result = replace(error.result, latency_seconds=watch.seconds())
            raise
        return Stream(response, StreamRelay(keep_usage=request.include_usage), watch)


class Stream:
    """An answer on its way: iterate over it once, then close it; its `result` tells the rest."""

    def __init__(self, response: OpenResponse, relay: StreamRelay, watch: _Watch) -> None:
        self._response = response
        self._relay = relay
        self._watch = watch
        self._chunks = self._pass_on()
        self._ended_seconds: float | None = None

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._chunks

    async def aclose(self) -> None:
        """Stop, at once and wherever it is; the provider sees its connection close."""
        self._ended()
        try:
            await self._chunks.aclose()
        finally:
            await self._response.aclose()

    @property
    def result(self) -> CallResult:
        """What the call did; a stream that was closed before its end was cancelled."""
        relay = self._relay
        status: Status = "error" if relay.reason else "ok" if relay.is_done else "cancelled"
        return CallResult(
            status=status,
            reason=relay.reason or relay.usage.reason,
            http_status=self._response.status,
            tokens_in=relay.usage.tokens_in,
            tokens_out=relay.usage.tokens_out,
            parts=relay.usage.parts,
            latency_seconds=self._ended(),
            time_to_first_token_seconds=relay.first_token_seconds,
        )

    async def _pass_on(self) -> AsyncGenerator[bytes, None]:
        async with aclosing(aiter(self._response)) as arriving:
            try:
                async for data in arriving:
                    passed = self._relay.feed(data, self._watch.seconds())
                    if self._relay.is_over:
                        break
                    if passed:
                        yield passed
                else:
                    passed = self._relay.end()
            except CallFailed as error:
                passed = self._relay.fail(error.reason, str(error))
            self._ended()
            yield passed
            if self._relay.is_done:
                await _drain(arriving)

    def _ended(self) -> float:
        """Seconds until the end, which is the first time somebody asks."""
        if self._ended_seconds is None:
            self._ended_seconds = self._watch.seconds()
        return self._ended_seconds


async def _drain(arriving: AsyncIterator[bytes]) -> None:
    """Let the provider close a stream that is over, so that its connection can be used again."""
    with suppress(TimeoutError, CallFailed):
        async with asyncio.timeout(_TAIL_SECONDS):
            async for _ in arriving:
                pass


async def _accept(response: OpenResponse, provider: Provider, upstream: Upstream) -> None:
    """Go on if a stream of events follows; otherwise close, and raise what it is."""
    kind = response.headers.get("content-type", "text/event-stream").partition(";")[0].strip()
    if response.status == 200 and kind.lower() == "text/event-stream":
        return
    try:
        provider.read(await response.read(_MOST_ERROR_BYTES), upstream)
    finally:
        await response.aclose()
    raise ProviderMalformed(upstream.name, "it is not a stream")
