"""A webhook is told of each alarm that opens, and of each that ends, at least once."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Iterator

import pytest

from service.gateway.transport import Transport
from service.services import opened
from tests.fakes.provider import Answer, FakeProvider
from tests.service.alarms.watched import SECRET, configured, looked, rated, until

pytestmark = pytest.mark.anyio


@pytest.fixture
async def transport(anyio_backend: str) -> AsyncIterator[Transport]:
    async with Transport() as transport:
        yield transport


@pytest.fixture
def hook() -> Iterator[FakeProvider]:
    with FakeProvider(lambda _: Answer(status=204, body=b"")) as hook:
        yield hook


async def test_it_is_told_once_of_the_beginning_and_once_of_the_end(
    hook: FakeProvider, database_url: str, transport: Transport
) -> None:
    settings = configured(database_url, webhook=f"{hook.base_url}/alarms")
    async with opened(settings) as one, opened(settings) as other:
        await rated(one, 0.9, "language:en", times=30)
        await rated(one, 0.2, "language:de", times=30)
        for replica in (one, other, one):
            await looked(replica, transport)
        await rated(one, 0.0, "language:en", times=60)
        await looked(other, transport)
        alarm = await until(one, "opened", "resolved")

    first, last = (received.body for received in hook.received)
    assert (first["event"], last["event"]) == ("opened", "resolved")
    assert first["alarm"]["id"] == last["alarm"]["id"] == alarm.id
    assert (first["alarm"]["subject"], first["alarm"]["status"]) == ("language:de", "open")
    assert last["alarm"]["status"] == "resolved"
    assert "x-pointsman-signature" not in hook.received[0].headers


async def test_what_it_is_told_is_signed_with_the_time(
    hook: FakeProvider, sqlite_url: str, transport: Transport
) -> None:
    settings = configured(sqlite_url, webhook=hook.base_url, secret_env="HOOK_SECRET")
    async with opened(settings) as services:
        await rated(services, 0.9, "language:en", times=30)
        await rated(services, 0.2, "language:de", times=30)
        await looked(services, transport)

    (received,) = hook.received
    signed = f"{received.headers['x-pointsman-timestamp']}.".encode() + received.raw
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert received.headers["x-pointsman-signature"] == f"sha256={digest}"


async def test_a_failure_that_may_pass_is_tried_again_at_once(
    hook: FakeProvider, sqlite_url: str, transport: Transport
) -> None:
    said = iter([Answer(status=503), Answer(status=200)])
    hook.answers = lambda _: next(said)
    async with opened(configured(sqlite_url, webhook=hook.base_url)) as services:
        await rated(services, 0.9, "language:en", times=30)
        await rated(services, 0.2, "language:de", times=30)
        await looked(services, transport)
        await until(services, "opened")

    assert len(hook.received) == 2
    assert hook.received[0].body == hook.received[1].body


@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        (Answer(status=500), 3),
        (Answer(status=410), 1),
        (Answer(status=302, headers={"location": "/"}), 1),
        (Answer(delay_seconds=30), 3),
    ],
)
async def test_a_webhook_that_fails_is_left_alone_for_a_while_and_the_alarm_stands(
    fault: Answer, calls: int, hook: FakeProvider, sqlite_url: str, transport: Transport
) -> None:
    hook.answers = lambda _: fault
    settings = configured(sqlite_url, webhook=hook.base_url, webhook_timeout_seconds=0.3)
    async with opened(settings) as services:
        await rated(services, 0.9, "language:en", times=30)
        await rated(services, 0.2, "language:de", times=30)
        await looked(services, transport)
        await looked(services, transport)
        (alarm,) = await services.alarms.latest("open")

    assert len(hook.received) == calls
    assert alarm.opened_told_at is None
    assert alarm.tried_at is not None
