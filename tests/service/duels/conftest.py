from collections.abc import Iterator

import pytest

from tests.fakes.provider import FakeProvider
from tests.service.duels.duelling import Script


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def fake(script: Script) -> Iterator[FakeProvider]:
    with FakeProvider(script) as fake:
        yield fake
