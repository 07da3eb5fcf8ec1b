"""Feedback that comes before its decision can be seen."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

import msgspec
import pytest
from msgspec.structs import replace

from feedback.errors import UnknownDecision
from service import clock
from service.caller import KEYLESS
from service.gateway.messages import parse
from service.rating import Said
from service.services import Services, opened
from service.settings import loads
from tests.service.feedback.conftest import MODEL

pytestmark = pytest.mark.anyio
OLD = "dec_0195953b3b007000800000000000002a"


@pytest.fixture
async def replica(anyio_backend: str, sqlite_url: str) -> AsyncIterator[Services]:
    document = {"models": {"small": MODEL}, "storage": {"url": sqlite_url}}
    async with opened(loads(json.dumps(document), {})) as services:
        yield services


def rating(decision_id: str) -> Said:
    return Said(decision_id, None, 1.0, msgspec.Raw(b'{"score":1}'))


async def test_feedback_waits_for_a_decision_that_is_being_committed(replica: Services) -> None:
    asked = {"model": "auto", "messages": [{"role": "user", "content": "Why?"}]}
    decided = (await replica.router.choose(parse(json.dumps(asked).encode()))).record
    coming = replace(decided, id=clock.decision_id())
    taking = asyncio.create_task(replica.ratings.take(rating(coming.id), KEYLESS))

    await asyncio.sleep(0.3)
    assert not taking.done()
    await replica.writer.append(coming)

    assert (await taking).decision_id == coming.id


async def test_a_decision_that_does_not_come_is_waited_for_in_vain_for_two_seconds(
    replica: Services,
) -> None:
    began = time.monotonic()

    with pytest.raises(UnknownDecision):
        await replica.ratings.take(rating(clock.decision_id()), KEYLESS)

    assert 1.5 < time.monotonic() - began < 4.0


@pytest.mark.parametrize("decision_id", [OLD, "dec_nowhere", OLD.upper(), "fb" + OLD[3:]])
async def test_ids_of_another_shape_or_time_are_not_waited_for(
    replica: Services, decision_id: str
) -> None:
    began = time.monotonic()

    with pytest.raises(UnknownDecision):
        await replica.ratings.take(rating(decision_id), KEYLESS)

    assert time.monotonic() - began < 1.0
