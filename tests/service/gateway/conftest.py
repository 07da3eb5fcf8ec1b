"""A provider, and a gateway to it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from service.gateway.gateway import Gateway
from service.gateway.transport import Transport
from tests.fakes.calls import gateway_to
from tests.fakes.provider import FakeProvider


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with FakeProvider() as fake:
        yield fake


@pytest.fixture
async def gateway(fake: FakeProvider) -> AsyncIterator[Gateway]:
    async with Transport(most_bytes=100_000) as transport:
        yield gateway_to(fake.base_url, transport)
