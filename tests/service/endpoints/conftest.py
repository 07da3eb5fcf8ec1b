"""A running service in front of a provider that answers on every endpoint."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from anthropic import Anthropic
from openai import OpenAI

from tests.fakes.every_endpoint import EveryEndpoint
from tests.fakes.live import Live, served
from tests.fakes.provider import FakeProvider


@pytest.fixture(scope="session")
def everywhere() -> Iterator[FakeProvider]:
    with FakeProvider(EveryEndpoint()) as fake:
        yield fake


@pytest.fixture(scope="session")
def service(everywhere: FakeProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("endpoints")
    with served(document(everywhere.base_url, folder), folder) as running:
        yield running


@pytest.fixture
def upstream(everywhere: FakeProvider) -> FakeProvider:
    """The provider, with nothing received yet."""
    everywhere.received.clear()
    return everywhere


@pytest.fixture
def http(service: Live) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, timeout=30.0) as client:
        yield client


@pytest.fixture
def openai(service: Live) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{service.url}/v1", api_key="unused", max_retries=0) as sdk:
        yield sdk


@pytest.fixture
def anthropic(service: Live) -> Iterator[Anthropic]:
    with Anthropic(base_url=service.url, api_key="unused", max_retries=0) as sdk:
        yield sdk


def document(upstream: str, folder: Path) -> str:
    """Two models to choose between, one that embeds, and some that fail as they are called."""
    models = {
        name: _model(upstream) for name in ("sound", "sound-too", "cut", "status-429", "größer")
    }
    models["embedder"] = {
        "base_url": upstream,
        "kind": "embedding",
        "price": {"usd_per_million_tokens_in": 0.1, "usd_per_million_tokens_out": 0.0},
        "context_tokens": 100,
    }
    return json.dumps(
        {
            "models": models,
            "routes": {
                "default": {"candidates": ["sound", "sound-too"]},
                "all": {},
            },
            "default_route": "default",
            "server": {"max_body_bytes": 1_000_000},
            "storage": {"url": f"sqlite:///{folder / 'endpoints.db'}"},
            "seed": 7,
        }
    )


def _model(upstream: str) -> dict[str, Any]:
    return {
        "base_url": upstream,
        "price": {"usd_per_million_tokens_in": 1.0, "usd_per_million_tokens_out": 2.0},
        "capabilities": ["tools", "images", "audio", "files", "json_schema"],
    }
