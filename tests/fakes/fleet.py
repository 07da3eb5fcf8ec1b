"""The service's own parts, over models that all live at one fake provider."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from service.caller import KEYLESS
from service.gateway.messages import CompletionRequest, parse
from service.routing import StreamedAnswer
from service.services import Services, opened
from service.settings import loads
from service.storage.records import OutcomeRecord
from tests.fakes.provider import Answer, FakeProvider, Received

Keys = dict[str, Any]
_LOG = "log.db"


def document(
    base_url: str, folder: Path, models: dict[str, Keys], *, route: Keys, **sections: Keys
) -> str:
    """A configuration; a dollar a token, so that costs are easy to read."""
    price = {"usd_per_million_tokens_in": 1e6, "usd_per_million_tokens_out": 1e6}
    written = {
        "models": {
            name: {"base_url": base_url, "price": price} | keys for name, keys in models.items()
        },
        "routes": {"default": route},
        "storage": {"url": f"sqlite:///{folder / _LOG}"},
        "seed": 1,
    }
    return json.dumps(written | sections)


def each(**answers: Answer | list[Answer]) -> Callable[[Received], Answer]:
    """What each model answers, always or call by call; the last answer is repeated."""
    left = {name: a if isinstance(a, list) else [a] for name, a in answers.items()}

    def answer(received: Received) -> Answer:
        mine = left[received.model]
        return mine.pop(0) if len(mine) > 1 else mine[0]

    return answer


class Fleet:
    """Models, and the router in front of them."""

    def __init__(self, services: Services, fake: FakeProvider, log: Path) -> None:
        self.services = services
        self.router = services.router
        self.fake = fake
        self._log = log

    @property
    def called(self) -> list[str]:
        """Which models were called, in order."""
        return [received.model for received in self.fake.received]

    async def outcomes(self, decision_id: str | None = None, count: int = 1) -> list[OutcomeRecord]:
        """What the log says of a decision's calls, in their order; of the newest by default.

        A stream's outcome is written after its end: waits until there are so many.
        """
        async with asyncio.timeout(5):
            # Nobody tells of a commit.
            while len(found := await self._outcomes(decision_id or self._newest())) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return found

    async def _outcomes(self, decision_id: str) -> list[OutcomeRecord]:
        stored = await self.services.reader.decision(decision_id, KEYLESS)
        return sorted(stored.outcomes if stored else (), key=lambda outcome: outcome.attempt)

    def _newest(self) -> str:
        with closing(sqlite3.connect(self._log)) as log:
            return str(log.execute("SELECT max(id) FROM decisions").fetchone()[0])


@asynccontextmanager
async def fleet(
    folder: Path, fake: FakeProvider, *models: str, route: Keys | None = None, **keys: Keys
) -> AsyncIterator[Fleet]:
    """Models by name; ``keys`` are those of one of them, or of ``availability``."""
    first = {"policy": {"kind": "fixed", "model": models[0]}} if route is None else route
    sections = {name: keys.pop(name) for name in ("availability",) if name in keys}
    known = {name: keys.get(name, {}) for name in models}
    text = document(fake.base_url, folder, known, route=first, **sections)
    async with opened(loads(text, {})) as services:
        yield Fleet(services, fake, folder / _LOG)


def asks(*, stream: bool = False, model: str = "auto") -> CompletionRequest:
    """A completion."""
    body = {
        "model": model,
        "messages": [{"role": "user", "content": "Hello"}],
        "stream": stream,
    }
    return parse(json.dumps(body).encode())


async def read(answer: StreamedAnswer) -> bytes:
    """A whole stream."""
    return b"".join([chunk async for chunk in answer])
