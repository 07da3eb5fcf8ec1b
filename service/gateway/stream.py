"""An answer that comes piece by piece, from its first token on."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress

from service.errors import CallFailed, ProviderMalformed, ProviderTimeout, StreamBroke
from service.gateway.patience import Patience
from service.gateway.result import HUNG_UP, CallResult, Status
from service.gateway.streaming import StreamRelay
from service.gateway.telling import telling
from service.gateway.transport import OpenResponse

_TAIL_SECONDS = 0.25
"""How long a provider has to close its stream after the last event, to keep the connection."""

_MOST_HELD_BYTES = 1024 * 1024
"""Of what comes before the first token."""


class Stream:
    """An answer on its way: iterate over it once, then close it; its `result` tells the rest."""

    def __init__(
        self,
        model: str,
        response: OpenResponse,
        relay: StreamRelay,
        seconds: Callable[[], float],
        patience: Patience,
    ) -> None:
        """``seconds`` counts from when the call began."""
        self.bytes_passed = 0
        """How much of the answer was passed on."""

        self._model = model
        self._response = response
        self._relay = relay
        self._seconds = seconds
        self._patience = patience
        self.headers = telling(response.headers)
        """What the provider tells of limits and of the request."""

        self._arriving = aiter(response)
        self._held = b""
        self._chunks = self._pass_on()
        self._ended_seconds: float | None = None
        self._left: Callable[[], None] | None = None

    def when_left(self, tell: Callable[[], None]) -> None:
        """Have somebody told if the deadline passes while the client takes nothing.

        The call is over then, though nobody may ever come for the rest of the stream.
        """
        self._left = tell

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._chunks

    async def begin(self) -> None:
        """Wait for the first token, holding what comes before it.

        Raises:
            CallFailed: The stream broke before; nothing has been passed on.
        """
        while not self._relay.has_begun and not self._relay.is_over:
            self._held += self._take(await anext(self._arriving, None))
            if len(self._held) > _MOST_HELD_BYTES:
                raise ProviderMalformed(self._model, "its stream does not begin")
        if self._relay.reason is not None:
            raise StreamBroke(self._model, self._relay.reason, self.headers)
        self._patience.start(self._give_up)

    async def aclose(self) -> None:
        """Stop, at once and wherever it is; the provider sees its connection close."""
        self._ended()
        self._patience.stop()
        try:
            await self._chunks.aclose()
            await self._arriving.aclose()
        finally:
            await self._response.aclose()

    @property
    def result(self) -> CallResult:
        """What the call did; a stream that was closed before its end was cancelled."""
        relay = self._relay
        status: Status = "error" if relay.reason else "ok" if relay.is_done else "cancelled"
        reason = HUNG_UP if status == "cancelled" else relay.reason or relay.usage.reason
        return CallResult(
            status=status,
            reason=reason,
            http_status=self._response.status,
            tokens_in=relay.usage.tokens_in,
            tokens_out=relay.usage.tokens_out,
            parts=relay.usage.parts,
            latency_seconds=self._ended(),
            time_to_first_token_seconds=relay.first_token_seconds,
            headers=self.headers,
        )

    async def _pass_on(self) -> AsyncGenerator[bytes, None]:
        async with aclosing(self._arriving):
            passed = self._held
            while not self._relay.is_over:
                if passed:
                    self._patience.rest()
                    self.bytes_passed += len(passed)
                    yield passed
                    self._patience.resume()
                passed = await self._next()
            self._ended()
            self._patience.stop()
            yield passed
            if self._relay.is_done:
                await _drain(self._arriving)

    async def _next(self) -> bytes:
        """What the client is to have next, be it an error."""
        heard = self._relay.events
        try:
            passed = self._take(await anext(self._arriving, None))
        except CallFailed as error:
            return self._relay.fail(error.reason, str(error))
        if self._relay.events > heard:
            self._patience.heard()
        return passed

    def _take(self, data: bytes | None) -> bytes:
        return self._relay.end() if data is None else self._relay.feed(data, self._seconds())

    def _give_up(self, seconds: float) -> None:
        self._response.break_off(ProviderTimeout(self._model, seconds))
        if self._patience.is_resting and self._left is not None:
            self._response.close()
            self._left()

    def _ended(self) -> float:
        """Seconds until the end, which is the first time somebody asks."""
        if self._ended_seconds is None:
            self._ended_seconds = self._seconds()
        return self._ended_seconds


async def _drain(arriving: AsyncIterator[bytes]) -> None:
    """Let the provider close a stream that is over, so that its connection can be used again."""
    with suppress(TimeoutError, CallFailed):
        async with asyncio.timeout(_TAIL_SECONDS):
            async for _ in arriving:
                pass
