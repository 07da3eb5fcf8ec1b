"""A running service in front of a provider that does what it is asked, and fails by name."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from openai import AsyncOpenAI, DefaultHttpxClient, OpenAI

from tests.fakes.live import Live, served
from tests.fakes.obliging import Obliging
from tests.fakes.provider import FakeProvider

collect_ignore = ["apart"]  # needs an environment of its own: see test_apart.py

SOUND = ("sound", "sound-too")
FAULTS = ("cut", "dropped", "slow", *(f"status-{n}" for n in (400, 401, 404, 409, 422, 429, 500)))


@pytest.fixture(scope="session")
def obliging() -> Iterator[FakeProvider]:
    with FakeProvider(Obliging()) as fake:
        yield fake


@pytest.fixture(scope="session")
def service(obliging: FakeProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("clients")
    with served(document(obliging.base_url, folder), folder) as running:
        yield running


@pytest.fixture(scope="session")
def base_url(service: Live) -> str:
    return f"{service.url}/v1"


@pytest.fixture
def upstream(obliging: FakeProvider) -> FakeProvider:
    """The provider, with nothing received yet."""
    obliging.received.clear()
    return obliging


@pytest.fixture
def sent() -> list[object]:
    """Every HTTP request that the client under test has sent."""
    return []


@pytest.fixture
def sdk(base_url: str, sent: list[object]) -> Iterator[OpenAI]:
    counting = DefaultHttpxClient(event_hooks={"request": [sent.append]})
    with OpenAI(base_url=base_url, api_key="unused", http_client=counting) as sdk:
        yield sdk


@pytest.fixture
async def asynchronous(anyio_backend: str, base_url: str) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=base_url, api_key="unused") as sdk:
        yield sdk


def document(upstream: str, folder: Path) -> str:
    """Two models that work, on the default route, and one for each fault."""
    models = {name: _model(upstream) for name in (*SOUND, *FAULTS)}
    models["slow"]["timeout_seconds"] = 0.5
    return json.dumps(
        {
            "models": models,
            "routes": {"default": {"candidates": SOUND}},
            "storage": {"url": f"sqlite:///{folder / 'clients.db'}"},
            "seed": 7,
        }
    )


def _model(upstream: str) -> dict[str, object]:
    return {
        "base_url": upstream,
        "price": {"usd_per_million_tokens_in": 1.0, "usd_per_million_tokens_out": 2.0},
        "capabilities": ["tools", "images", "json_schema"],
    }
