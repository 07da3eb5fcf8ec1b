"""Carries one completion to the model that was chosen, and tells what the call did."""

import asyncio
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from service.errors import CallFailed, ProviderMalformed, ProviderTimeout
from service.gateway.messages import CompletionRequest
from service.gateway.openai import OpenAI
from service.gateway.patience import Patience
from service.gateway.provider import Provider, Upstream
from service.gateway.result import CallResult
from service.gateway.stream import Stream
from service.gateway.streaming import StreamRelay
from service.gateway.telling import telling
from service.gateway.transport import OpenResponse, Transport

_PROVIDERS: Mapping[str, Provider] = {"openai": OpenAI()}
_MOST_ERROR_BYTES = 1024 * 1024


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

    async def complete(
        self, model: str, request: CompletionRequest, within_seconds: float = math.inf
    ) -> Completion:
        """Answer in one piece, within the model's time limit and the caller's.

        Raises:
            CallFailed: The provider failed; the error's ``result`` tells what the call did.
        """
        upstream = self._upstreams[model]
        provider = _PROVIDERS[upstream.provider]
        watch = _Watch(self._clock)
        seconds = min(upstream.timeout_seconds, within_seconds)
        with _timed(watch, model, seconds):
            async with asyncio.timeout(seconds):
                response = await self._transport.send(provider.request(request, upstream))
            reply = provider.read(response, upstream, request.path)
        result = CallResult(
            status="ok",
            reason=reply.usage.reason,
            http_status=response.status,
            tokens_in=reply.usage.tokens_in,
            tokens_out=reply.usage.tokens_out,
            parts=reply.usage.parts,
            latency_seconds=watch.seconds(),
            headers=telling(response.headers),
        )
        return Completion(reply.body, result)

    async def stream(
        self, model: str, request: CompletionRequest, within_seconds: float = math.inf
    ) -> Stream:
        """Answer piece by piece; returns once the model has said something.

        Raises:
            CallFailed: It has not; the error's ``result`` tells what the call did.
        """
        upstream = self._upstreams[model]
        watch = _Watch(self._clock)
        seconds = min(upstream.first_token_timeout_seconds, within_seconds)
        patience = Patience(upstream.idle_timeout_seconds, within_seconds)
        with _timed(watch, model, seconds):
            async with asyncio.timeout(seconds):
                return await self._begun(upstream, request, watch, patience)

    async def _begun(
        self, upstream: Upstream, request: CompletionRequest, watch: _Watch, patience: Patience
    ) -> Stream:
        provider = _PROVIDERS[upstream.provider]
        response = await self._transport.open(provider.request(request, upstream))
        relay = StreamRelay(keep_usage=request.include_usage, secret=upstream.api_key)
        stream = Stream(upstream.name, response, relay, watch.seconds, patience)
        try:
            await _accept(response, provider, upstream)
            await stream.begin()
        except BaseException:
            await stream.aclose()
            raise
        return stream


@contextmanager
def _timed(watch: _Watch, model: str, seconds: float) -> Iterator[None]:
    """Tell a failed call with how long it took."""
    try:
        yield
    except TimeoutError:
        raise ProviderTimeout(model, seconds).took(watch.seconds()) from None
    except CallFailed as failure:
        raise failure.took(watch.seconds()) from None


async def _accept(response: OpenResponse, provider: Provider, upstream: Upstream) -> None:
    """Go on if a stream of events follows; otherwise raise what it is."""
    kind = response.headers.get("content-type", "text/event-stream").partition(";")[0].strip()
    if response.status != 200 or kind.lower() != "text/event-stream":
        provider.read(await response.read(_MOST_ERROR_BYTES), upstream)
        raise ProviderMalformed(upstream.name, "it is not a stream")
