"""A service that makes links: its secret is one of two, of which the other signed before."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.fakes.live import served
from tests.service.feedback.conftest import MODEL
from tests.service.feedback.rating import Rated

SECRET, EARLIER = "new-secret-" * 3, "old-secret-" * 3


@pytest.fixture(scope="module")
def rated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rated]:
    folder = tmp_path_factory.mktemp("links")
    document = {
        "models": {"small": MODEL, "large": MODEL},
        "sources": {"user": {}, "mail": {}},
        "links": {"secret_env": ["LINKS", "LINKS_BEFORE"], "base_url": "${LINKS_URL}"},
        "storage": {"url": f"sqlite:///{folder / 'log.db'}"},
    }
    environment = {
        "LINKS": SECRET,
        "LINKS_BEFORE": EARLIER,
        "LINKS_URL": "https://llm.example.org/",
    }
    with (
        served(json.dumps(document), folder, **environment) as running,
        httpx.Client(base_url=running.url, timeout=30.0) as client,
    ):
        yield Rated(client, folder / "log.db")
