"""A service whose route has metrics, each module's tests with one of their own."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.fakes.live import served
from tests.service.feedback.rating import Rated

PRICE = {"usd_per_million_tokens_in": 1, "usd_per_million_tokens_out": 1}
MODEL = {"base_url": "http://127.0.0.1:9/v1", "price": PRICE}
METRICS = {"tone": 0.5, "speed": 0}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The service's base URL, and its database."""
    folder = tmp_path_factory.mktemp("feedback")
    document = {
        "models": {"small": MODEL, "large": MODEL},
        "routes": {"default": {"metrics": METRICS}, "other": {}},
        "storage": {"url": f"sqlite:///{folder / 'log.db'}"},
    }
    with served(json.dumps(document), folder) as running:
        yield running.url, folder / "log.db"


@pytest.fixture
def rated(service: tuple[str, Path]) -> Iterator[Rated]:
    url, database = service
    with httpx.Client(base_url=url, timeout=30.0) as client:
        yield Rated(client, database)
