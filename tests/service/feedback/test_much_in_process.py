"""Much feedback at once: what is written first is learned while the rest is being written."""

import asyncio
import json

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

import service.learning
from service.caller import KEYLESS
from service.gateway.messages import parse
from service.learning import PAGE
from service.rating import Said
from service.services import opened
from service.settings import loads
from tests.service.feedback.test_selection import document
from tests.service.waiting import until

pytestmark = pytest.mark.anyio

MANY = 10 * PAGE


async def test_the_first_is_learned_while_the_last_is_written(
    engine: AsyncEngine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.learning, "_POLL_SECONDS", 3600.0)
    body = json.dumps({"model": "auto", "messages": [{"role": "user", "content": "Hello"}]})
    async with opened(loads(document(database_url, None), {})) as services, engine.connect() as log:
        decision = (await services.router.choose(parse(body.encode()))).record.id
        words = [
            Said(decision, "user", k / MANY, msgspec.Raw(str(k).encode())) for k in range(MANY)
        ]

        taking = asyncio.create_task(services.ratings.take_all(words, KEYLESS))
        await until(lambda: services.learning.beliefs.feedback_seq)
        written = await log.scalar(text("SELECT count(*) FROM feedback"))
        await taking

    assert 0 < (written or 0) < MANY
    assert services.learning.beliefs.feedback_seq >= MANY
