"""What is found raises one alarm, which stands until it is found no more."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from service import clock
from service.storage.alarms import Alarms, Condition
from service.storage.engine import writing
from service.storage.tables import alarms as table

pytestmark = pytest.mark.anyio

GERMAN = Condition("segment", "default", "language:de", {"difference": -0.2, "chance": 0.001})
SMALL = Condition("drift", "default", "small", {"quality_late": 0.1}, feedback_seq=40)
AT_ONCE = timedelta(0)


@pytest.fixture
def alarms(engine: AsyncEngine) -> Alarms:
    return Alarms(engine)


async def test_what_is_found_again_and_by_many_is_one_alarm(alarms: Alarms) -> None:
    await asyncio.gather(*(alarms.settle([GERMAN, SMALL], [], 40) for _ in range(5)))

    found = await alarms.latest(None)

    assert {(one.kind, one.subject, one.status) for one in found} == {
        ("segment", "language:de", "open"),
        ("drift", "small", "open"),
    }
    assert len(found) == 2
    assert dict(next(one for one in found if one.kind == "segment").measured) == GERMAN.measured


async def test_an_alarm_ends_by_itself_and_what_comes_back_is_a_new_one(alarms: Alarms) -> None:
    await alarms.settle([GERMAN], [], 0)
    await alarms.settle([], [GERMAN], 0)
    holding = await alarms.latest("open")
    await alarms.settle([], [], 0)
    ended = await alarms.latest("resolved")
    await alarms.settle([GERMAN], [], 0)

    assert len(holding) == len(ended) == 1
    assert holding[0].id == ended[0].id
    assert [one.status for one in await alarms.latest(None)] == ["open", "resolved"]


async def test_what_only_nearly_holds_raises_nothing(alarms: Alarms) -> None:
    await alarms.settle([], [GERMAN], 0)

    assert await alarms.latest(None) == []


async def test_a_replica_that_lags_behind_ends_nothing_and_raises_nothing_anew(
    alarms: Alarms,
) -> None:
    await alarms.settle([SMALL], [], 40)
    await alarms.settle([], [], 39)
    standing = await alarms.latest("open")
    await alarms.settle([], [], 41)
    await alarms.settle([SMALL], [], 40)

    assert len(standing) == 1
    assert [one.status for one in await alarms.latest(None)] == ["resolved"]


async def test_who_acknowledged_first_stays(alarms: Alarms) -> None:
    await alarms.settle([GERMAN], [], 0)
    (alarm,) = await alarms.latest("open")

    first = await alarms.acknowledge(alarm.id, "ann")
    again = await alarms.acknowledge(alarm.id, "bob")

    assert first == again
    assert first is not None
    assert (first.status, first.acknowledged_by) == ("acknowledged", "ann")
    assert [one.id for one in await alarms.latest("acknowledged")] == [alarm.id]
    assert await alarms.latest("open") == []
    assert await alarms.acknowledge("al_nowhere", None) is None


async def test_an_event_is_claimed_by_one_until_it_is_told(alarms: Alarms) -> None:
    await alarms.settle([GERMAN], [], 0)
    hour = timedelta(hours=1)
    claims = await asyncio.gather(*(alarms.to_tell(hour) for _ in range(4)))

    (claimed,) = [one for one in claims if one is not None]
    again = await alarms.to_tell(AT_ONCE)
    await alarms.told(claimed)
    nothing = await alarms.to_tell(AT_ONCE)
    await alarms.settle([], [], 0)
    ended = await alarms.to_tell(hour)

    assert claimed.event == "opened"
    assert again is not None
    assert again.id == claimed.id
    assert nothing is None
    assert ended is not None
    assert (ended.id, ended.event) == (claimed.id, "resolved")
    await alarms.told(ended)
    assert await alarms.to_tell(AT_ONCE) is None


async def test_what_could_not_be_told_lets_others_go_first(alarms: Alarms) -> None:
    await alarms.settle([GERMAN, SMALL], [], 40)

    claimed = [await alarms.to_tell(AT_ONCE) for _ in range(3)]

    assert [one.kind for one in claimed if one] == ["segment", "drift", "segment"]


async def test_nobody_is_told_of_what_is_over_a_day_old(
    alarms: Alarms, engine: AsyncEngine
) -> None:
    await alarms.settle([GERMAN], [], 0)
    async with writing(engine) as connection:
        await connection.execute(
            update(table).values(opened_at=clock.now() - timedelta(days=1, seconds=1))
        )

    assert await alarms.to_tell(AT_ONCE) is None
