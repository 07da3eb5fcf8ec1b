from collections.abc import Iterator

import httpx
import pytest

from service.demo.processes import provider
from service.demo.settings import demo_document
from tests.fakes.live import Live, served


@pytest.fixture(scope="session")
def upstream() -> Iterator[str]:
    """The simulated models' base URL."""
    with provider() as url:
        yield url


@pytest.fixture(scope="session")
def live(upstream: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service in front of the simulated models."""
    folder = tmp_path_factory.mktemp("live")
    with served(demo_document(upstream, folder), folder) as running:
        yield running


@pytest.fixture
def client(live: Live) -> Iterator[httpx.Client]:
    """A plain HTTP client of the service."""
    with httpx.Client(base_url=live.url, timeout=30.0) as client:
        yield client
