"""A service with keys, and a client for each of them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.fakes.every_endpoint import EveryEndpoint
from tests.fakes.live import Live, served
from tests.fakes.provider import FakeProvider
from tests.service.feedback.rating import Rated

KEYS = {
    "web-app": "pm-web-app-secret-1",
    "batch": "pm-batch-secret-22",
    "ops": "pm-operators-secret-3",
}
SECRETS = {f"KEY_{name.upper().replace('-', '_')}": key for name, key in KEYS.items()}
LINKS = "links-secret-" * 3


@dataclass(frozen=True, slots=True)
class Keyed:
    """The service, and what its clients see."""

    live: Live
    upstream: FakeProvider
    told: Path
    """What the service has printed."""

    clients: dict[str, Rated]

    def __getitem__(self, key: str) -> Rated:
        return self.clients[key]

    def http(self, **headers: str) -> httpx.Client:
        """A client with these headers and no key of its own."""
        return httpx.Client(base_url=self.live.url, headers=headers, timeout=30.0)


def document(upstream: str, folder: Path, **sections: object) -> str:
    """Three keys: of one route, of all, and of an operator."""
    price = {"usd_per_million_tokens_in": 1.0, "usd_per_million_tokens_out": 2.0}
    model = {"base_url": upstream, "price": price, "api_key": "sk-of-the-provider"}
    written = {
        "models": {"small": model, "large": model, "embedder": model | {"kind": "embedding"}},
        "routes": {"default": {}, "other": {"signals": {"aborted": {"source": "hunch"}}}},
        "rules": [{"name": "away", "when": {"tags": ["away"]}, "use": {"route": "other"}}],
        "sources": {"user": {}, "widget": {"most_per_hour": 2}, "hunch": {}},
        "keys": {
            "web-app": {"key_env": "KEY_WEB_APP", "routes": ["default"]},
            "batch": {"key_env": "KEY_BATCH"},
            "ops": {"key_env": "KEY_OPS", "operator": True},
        },
        "links": {"secret_env": ["LINKS"], "base_url": "https://llm.example.org"},
        "storage": {"url": f"sqlite:///{folder / 'log.db'}"},
    }
    return json.dumps(written | sections)


@contextmanager
def keyed(folder: Path) -> Iterator[Keyed]:
    """Serve them until the block ends."""
    told = folder / "told.log"
    with ExitStack() as stack:
        fake = stack.enter_context(FakeProvider(EveryEndpoint()))
        text = document(fake.base_url, folder)
        live = stack.enter_context(served(text, folder, told, LINKS=LINKS, **SECRETS))
        clients = {
            name: Rated(stack.enter_context(client(live.url, key)), folder / "log.db")
            for name, key in KEYS.items()
        }
        yield Keyed(live, fake, told, clients)


def client(url: str, key: str) -> httpx.Client:
    """A client that sends a key with every request."""
    return httpx.Client(base_url=url, headers={"authorization": f"Bearer {key}"}, timeout=30.0)


def counts(database: Path) -> dict[str, int]:
    """How many rows each table has that requests write to."""
    names = ("decisions", "outcomes", "feedback", "demonstrations", "verdicts")
    with closing(sqlite3.connect(database)) as connection:
        return {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608
            for name in names
        }
