"""The service's own parts around the world's providers, in virtual time."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.context import ContextEncoder
from service.availability.availability import Availability
from service.conversations import Conversations
from service.deciding import Decider
from service.failover.failover import Failover
from service.failover.outcomes import Outcomes
from service.gateway.gateway import Gateway
from service.learning import Learning
from service.routing import Router
from service.services import new_learner
from service.settings import Settings, loads
from service.storage.engine import migrate, open_engine
from service.storage.reader import Reader
from service.storage.records import AnswerRecord, DecisionRecord, OutcomeRecord
from service.storage.snapshots import Snapshots
from service.storage.tail import Tail
from service.storage.writer import Stored, Writer
from service.upstreams import upstreams_of
from simulations.datasets.tutorial import USD_PER_TOKEN
from tests.service.outages.providers import Providers
from tests.service.outages.virtual_time import VirtualTime
from tests.service.outages.world import COST_WEIGHT, LATENCY_WEIGHT

FLOOR = 0.08
"""Share of choices made uniformly, without which the log would say little of other policies."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the hour asks of a service."""

    engine: AsyncEngine
    router: Router
    writer: Writer
    learning: Learning


class Unaware(Availability):
    """Leaves nobody out and holds nothing against anybody; for comparison."""

    def left_out(self, models: Iterable[str]) -> dict[str, str]:
        """Nobody."""
        return {}

    def why_not(self, model: str) -> str | None:
        """No reason."""
        return None

    def is_out(self, model: str) -> bool:
        """Never."""
        return False

    def failure_rate(self, model: str) -> float:
        """Nothing."""
        return 0.0


class _Writer(Writer):
    """Takes no time."""

    def __init__(self, engine: AsyncEngine, loop: VirtualTime) -> None:
        super().__init__(engine)
        self._loop = loop

    def begin(self, record: DecisionRecord | OutcomeRecord | AnswerRecord) -> Stored:
        """Write a record while the clock stands still."""
        stored = super().begin(record)
        self._loop.stand_still_until(stored)
        return stored


def settings(folder: Path, seed: int) -> Settings:
    """The configuration of the world's models."""
    models = {
        name: {
            "base_url": "http://127.0.0.1/v1",
            "price": {"usd_per_million_tokens_in": 0, "usd_per_million_tokens_out": usd * 1e6},
        }
        for name, usd in USD_PER_TOKEN.items()
    }
    route = {
        "willingness_to_pay_usd": 1.0 / COST_WEIGHT,
        "latency_weight": LATENCY_WEIGHT,
        "policy": {"kind": "thompson", "floor": FLOOR},
    }
    storage = {"url": f"sqlite:///{folder / 'log.db'}"}
    document = {"models": models, "routes": {"default": route}, "storage": storage, "seed": seed}
    return loads(json.dumps(document), {})


@asynccontextmanager
async def opened(
    configured: Settings, providers: Providers, loop: VirtualTime, *, aware: bool
) -> AsyncIterator[Parts]:
    """The parts as a service puts them together, but for the transport and the clocks."""
    contexts = ContextEncoder.load()
    engine = open_engine(configured.storage.url)
    event.listen(engine.sync_engine, "connect", _need_not_last)
    kind = Availability if aware else Unaware
    availability = kind(configured.availability, dict.fromkeys(configured.models), loop.time)
    try:
        with loop.standing_still():
            await migrate(engine)
        async with _Writer(engine, loop) as writer:
            reader = Reader(engine)
            learning = Learning(
                lambda: new_learner(configured, contexts), Tail(engine), Snapshots(engine), 10**9
            )
            router = Router(
                Decider(configured, contexts, configured.seed, availability),
                Conversations(reader),
                learning,
                Gateway(providers, upstreams_of(configured), loop.time),
                Failover(configured, Outcomes(configured, writer), availability),
            )
            yield Parts(engine, router, writer, learning)
    finally:
        with loop.standing_still():
            await engine.dispose()


def _need_not_last(connection: DBAPIConnection, _: object) -> None:
    """A simulated hour need not survive a power failure."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
