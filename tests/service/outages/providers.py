"""The providers of the world's models, in the place of the transport that would reach them."""

import asyncio

import msgspec

from service.gateway.provider import HttpRequest, HttpResponse
from service.gateway.transport import Transport
from tests.service.outages.virtual_time import VirtualTime
from tests.service.outages.world import (
    MODELS,
    REFUSES_AFTER_SECONDS,
    Quota,
    World,
    is_down,
    seconds_to_wait,
)


class _Body(msgspec.Struct):
    user: str
    """Requests carry their number here."""


class Providers(Transport):
    """Answers, fails, refuses and takes its time as the world has it."""

    def __init__(self, world: World, loop: VirtualTime) -> None:
        self.calls = 0
        self._world = world
        self._loop = loop
        self._quota = Quota()

    def would_answer(self, model: str) -> bool:
        """Whether a call that is made now comes to an answer."""
        now = self._loop.time()
        return not is_down(model, now) and self._quota.has_room(model, now)

    async def send(self, request: HttpRequest) -> HttpResponse:
        """One exchange."""
        self.calls += 1
        now, model = self._loop.time(), request.model
        if is_down(model, now):
            await asyncio.sleep(self._world.fails_after)
            return HttpResponse(500, {}, b"")
        if not self._quota.has_room(model, now):
            await asyncio.sleep(REFUSES_AFTER_SECONDS)
            wait = seconds_to_wait(self._loop.time())
            return HttpResponse(429, {"retry-after": f"{wait:.3f}"}, b"")
        self._quota.take(model, now)
        number = int(msgspec.json.decode(request.body, type=_Body).user)
        await asyncio.sleep(self._world.latency(number, model, now))
        return HttpResponse(200, {}, self._answer(number, model))

    def _answer(self, number: int, model: str) -> bytes:
        tokens = max(1, round(self._world.tokens[number, MODELS.index(model)]))
        message = {"role": "assistant", "content": "Here."}
        usage = {"prompt_tokens": 20, "completion_tokens": tokens, "total_tokens": 20 + tokens}
        return msgspec.json.encode({"choices": [{"message": message}], "usage": usage})
