"""Services whose alarms are looked for only when a test says so, and a rated log for them."""

import asyncio
import json
from collections.abc import Collection

import msgspec

from service.alarms.watch import Watch
from service.caller import KEYLESS
from service.gateway.messages import parse
from service.gateway.transport import Transport
from service.rating import Said
from service.services import Services
from service.settings import Settings, loads
from service.storage.alarms import Alarm
from service.storage.engine import open_engine

PRICE = {"usd_per_million_tokens_in": 1, "usd_per_million_tokens_out": 1}
MODEL = {"base_url": "http://127.0.0.1:9/v1", "price": PRICE}
SECRET = "hush"


def configured(
    database_url: str, models: Collection[str] = ("a", "b"), **alarms: object
) -> Settings:
    """Settings with alarms like these; a look is made at the start and then for long not."""
    document = {
        "models": dict.fromkeys(models, MODEL),
        "storage": {"url": database_url},
        "alarms": {"by": ["language"], "drift": False, "every_seconds": 86400, **alarms},
        "seed": 7,
    }
    return loads(json.dumps(document), {"HOOK_SECRET": SECRET})


async def looked(services: Services, transport: Transport) -> None:
    """Look once, as the background task does."""
    engine = open_engine(services.settings.storage.url)
    try:
        await Watch.over(services.settings, engine, services.learning, transport).look()
    finally:
        await engine.dispose()


async def rated(services: Services, quality: float, *tags: str, times: int = 1) -> None:
    """Decide and rate so many times."""
    body = {
        "model": "auto",
        "messages": [{"role": "user", "content": "Why?"}],
        "pointsman": {"tags": list(tags)},
    }
    for _ in range(times):
        decided = await services.router.choose(parse(json.dumps(body).encode()))
        said = Said(
            decision_id=decided.record.id,
            source="user",
            quality=quality,
            given=msgspec.Raw(b"{}"),
        )
        await services.ratings.take(said, KEYLESS)


async def until(services: Services, *events: str) -> Alarm:
    """The only alarm, once the webhook was told of these events of it."""
    for _ in range(500):
        for alarm in await services.alarms.latest(None):
            told = {"opened": alarm.opened_told_at, "resolved": alarm.resolved_told_at}
            if all(told[event] for event in events):
                return alarm
        await asyncio.sleep(0.02)
    raise AssertionError(events)
