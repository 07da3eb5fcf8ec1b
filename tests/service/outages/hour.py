"""The hour: requests come in, models fail, answers are rated; nothing depends on the wall clock."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from service import clock
from service.errors import CallFailed
from service.gateway.messages import CompletionRequest, parse
from service.storage.rated import RatedDecision, rated_decisions
from service.storage.records import FeedbackRecord
from tests.service.outages.providers import Providers
from tests.service.outages.service import Parts, opened, settings
from tests.service.outages.virtual_time import VirtualTime
from tests.service.outages.world import MODELS, World

_ROUND_SECONDS = 5.0
"""Between two rounds of raters, and between two looks of the learner at the log."""


@dataclass(slots=True)
class Request:
    """What happened to one request."""

    able: frozenset[str]
    """The models that would have answered when it came in."""

    chosen: str | None = None
    served: str | None = None
    """None where everybody failed."""

    seconds: float = 0.0
    """That its client waited, with everything that failed before."""


@dataclass(slots=True)
class Hour:
    """What happened."""

    requests: list[Request] = field(default_factory=list)
    log: list[RatedDecision] = field(default_factory=list)
    """As evaluation reads it."""

    calls: int = 0


def lived(world: World, seed: int, folder: Path, *, aware: bool = True) -> Hour:
    """Live through the requests of a world; ``aware``: of who fails.

    The backoff between retries is drawn from Python's own generator, which is seeded here.
    """
    random.seed(seed)
    with asyncio.Runner(loop_factory=VirtualTime) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, VirtualTime)
        return runner.run(_Living(world, loop).live(folder, seed, aware=aware))


class _Living:
    def __init__(self, world: World, loop: VirtualTime) -> None:
        self._world = world
        self._loop = loop
        self._providers = Providers(world, loop)
        self._hour = Hour()
        self._to_rate: list[tuple[float, FeedbackRecord]] = []
        """When, and what will be said then."""

    async def live(self, folder: Path, seed: int, *, aware: bool) -> Hour:
        configured = settings(folder, seed)
        async with opened(configured, self._providers, self._loop, aware=aware) as parts:
            async with self._raters(parts):
                await self._requests(parts)
            with self._loop.standing_still():
                await self._rate(parts, until=float("inf"))
                rated = rated_decisions(parts.engine, "default", "user")
                self._hour.log = [row async for row in rated]
        self._hour.calls = self._providers.calls
        return self._hour

    async def _requests(self, parts: Parts) -> None:
        async with asyncio.TaskGroup() as running:
            for number, at in enumerate(self._world.at.tolist()):
                await asyncio.sleep(at - self._loop.time())
                running.create_task(self._ask(number, parts))

    async def _ask(self, number: int, parts: Parts) -> None:
        able = frozenset(filter(self._providers.would_answer, MODELS))
        request, began = Request(able), self._loop.time()
        self._hour.requests.append(request)
        try:
            answer = await parts.router.complete(self._asked(number))
        except CallFailed:
            return
        finally:
            request.seconds = self._loop.time() - began
        record = answer.decided.record
        request.chosen, request.served = record.chosen, answer.served
        quality = float(self._world.right[number, MODELS.index(answer.served)])
        due = self._loop.time() + float(self._world.rated_after[number])
        self._to_rate.append((due, _said(record.id, answer.served, quality)))

    def _asked(self, number: int) -> CompletionRequest:
        message = {"role": "user", "content": self._world.prompts[number]}
        body = {"model": "auto", "messages": [message], "user": str(number)}
        return parse(json.dumps(body).encode())

    @asynccontextmanager
    async def _raters(self, parts: Parts) -> AsyncIterator[None]:
        rounds = asyncio.create_task(self._rounds(parts))
        try:
            yield
        finally:
            rounds.cancel()
            await asyncio.wait([rounds])

    async def _rounds(self, parts: Parts) -> None:
        while True:
            await asyncio.sleep(_ROUND_SECONDS)
            with self._loop.standing_still():
                await self._rate(parts, until=self._loop.time())

    async def _rate(self, parts: Parts, until: float) -> None:
        due = [said for at, said in self._to_rate if at <= until]
        self._to_rate = [(at, said) for at, said in self._to_rate if at > until]
        await asyncio.gather(*(parts.writer.append_feedback(said) for said in due))
        await parts.learning.follow()


def _said(decision_id: str, model: str, quality: float) -> FeedbackRecord:
    return FeedbackRecord(
        id=clock.feedback_id(),
        decision_id=decision_id,
        at=clock.now(),
        source="user",
        model=model,
        quality=quality,
        given=f'{{"quality": {quality}}}',
        comment=None,
        tags=(),
        idempotency_key=None,
        subject=decision_id,
    )
