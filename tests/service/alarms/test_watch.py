"""What is amiss raises an alarm, once over all replicas, and ends it when it is over."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from service.gateway.transport import Transport
from service.services import Services, opened
from tests.service.alarms.watched import configured, looked, rated

pytestmark = pytest.mark.anyio


@pytest.fixture
async def transport(anyio_backend: str) -> AsyncIterator[Transport]:
    async with Transport() as transport:
        yield transport


async def alarms_of(services: Services) -> list[tuple[str, str, str]]:
    return [(one.kind, one.subject, one.status) for one in await services.alarms.latest(None)]


async def test_a_segment_that_is_rated_lower_raises_one_alarm_on_all_replicas(
    database_url: str, transport: Transport
) -> None:
    settings = configured(database_url)
    async with opened(settings) as one, opened(settings) as other:
        await rated(one, 0.9, "language:en", times=30)
        await rated(one, 0.2, "language:de", times=30)
        for replica in (one, other, one):
            await looked(replica, transport)

        (alarm,) = await other.alarms.latest(None)

    assert (alarm.kind, alarm.route, alarm.subject) == ("segment", "default", "language:de")
    assert alarm.measured["difference"] == pytest.approx(-0.7)
    assert alarm.measured["chance"] < 0.01


async def test_the_alarm_ends_when_the_segment_is_as_good_as_the_rest(
    sqlite_url: str, transport: Transport
) -> None:
    async with opened(configured(sqlite_url)) as services:
        await rated(services, 0.9, "language:en", times=30)
        await rated(services, 0.4, times=30)
        await looked(services, transport)
        before = await alarms_of(services)
        await rated(services, 0.2, "language:en", times=60)
        await looked(services, transport)

        assert before == [("segment", "no language", "open")]
        assert ("segment", "no language", "resolved") in await alarms_of(services)


async def test_where_nobody_differs_nothing_is_raised(
    sqlite_url: str, transport: Transport
) -> None:
    async with opened(configured(sqlite_url)) as services:
        for quality in (0.9, 0.2):
            await rated(services, quality, "language:en", times=20)
            await rated(services, quality, "language:de", times=20)
        await looked(services, transport)

        assert await alarms_of(services) == []


async def test_a_model_whose_ratings_change_raises_an_alarm_that_outlives_a_restart(
    sqlite_url: str, transport: Transport
) -> None:
    settings = configured(sqlite_url, models=["a"], by=[], drift=True)
    async with opened(settings) as services:
        await rated(services, 0.9, times=150)
        await looked(services, transport)
        before = await alarms_of(services)
        await rated(services, 0.0, times=40)
        await looked(services, transport)
        (alarm,) = await services.alarms.latest(None)
    async with opened(settings) as again:
        await looked(again, transport)
        standing = await alarms_of(again)
        await rated(again, 0.0, times=60)
        await looked(again, transport)
        after = await alarms_of(again)

    assert before == []
    assert standing == [("drift", "a", "open")]
    assert alarm.measured == pytest.approx({"quality_before": 0.9, "quality_after": 0.0})
    assert alarm.feedback_seq is not None
    assert 150 < alarm.feedback_seq <= 190
    assert after == [("drift", "a", "resolved")]


async def test_what_is_not_looked_for_any_more_does_not_stand(
    sqlite_url: str, transport: Transport
) -> None:
    async with opened(configured(sqlite_url)) as services:
        await rated(services, 0.9, "language:en", times=30)
        await rated(services, 0.2, "language:de", times=30)
        await looked(services, transport)
    async with opened(configured(sqlite_url, by=[], drift=False)) as services:
        await looked(services, transport)

        assert await alarms_of(services) == [("segment", "language:de", "resolved")]


async def test_the_background_task_looks_by_itself_again_and_again(sqlite_url: str) -> None:
    async with opened(configured(sqlite_url, every_seconds=1)) as services:
        await rated(services, 0.9, "language:en", times=30)
        await rated(services, 0.2, "language:de", times=30)
        for _ in range(100):
            if await alarms_of(services):
                break
            await asyncio.sleep(0.05)

        assert await alarms_of(services) == [("segment", "language:de", "open")]
