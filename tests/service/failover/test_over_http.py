"""A running service in front of providers that fail, as its clients see it."""

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import aiohttp
import httpx
import pytest

from service.demo.processes import free_port
from tests.fakes.fleet import Keys, document, each
from tests.fakes.live import served
from tests.fakes.provider import Answer, FakeProvider

pytestmark = pytest.mark.anyio

LIMITED = Answer("Slow down.", status=429, headers={"retry-after": "7", "x-request-id": "r-9"})
TOLD = {
    "x-request-id": "r-1",
    "x-ratelimit-remaining-requests": "9",
    "openai-processing-ms": "12",
    "retry-after": "1",
}
REQUESTS, CONNECTIONS = 1000, 32


class Log:
    """The log's file, read from outside."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "log.db"

    def calls(self) -> Counter[tuple[str, str, str | None]]:
        """How often each model's calls ended how, and why."""
        with closing(sqlite3.connect(self.file)) as log:
            return Counter(log.execute("SELECT model, status, reason FROM outcomes").fetchall())

    async def has(self, *call: str) -> bool:
        """Whether such a call is logged, soon."""
        for _ in range(100):
            if call in self.calls():
                return True
            await asyncio.sleep(0.05)
        return False


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeProvider]:
    """Models that are named for what they do."""
    with FakeProvider() as fake:
        fake.answers = each(
            healthy=Answer("Fine."),
            broken=Answer(status=500, headers={"x-request-id": "r-5"}),
            limited=LIMITED,
            telling=Answer(headers=TOLD),
            silent=Answer(delay_seconds=30),
            role_only=Answer(pause_seconds=30),
            stalling=Answer("a b", pause_seconds=30, pause_after=2),
        )
        yield fake


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("failing")


@pytest.fixture(scope="module")
def url(fake: FakeProvider, folder: Path) -> Iterator[str]:
    names = ("healthy", "broken", "limited", "telling", "silent", "role_only", "stalling")
    models: dict[str, Keys] = {name: {} for name in names}
    refused = {"refused": {"base_url": f"http://127.0.0.1:{free_port()}/v1"}}
    route = {"candidates": ["refused", "broken", "limited", "healthy"]}
    with served(document(fake.base_url, folder, models | refused, route=route), folder) as live:
        yield live.url


def body(model: str, *, stream: bool = False) -> dict[str, object]:
    messages = [{"role": "user", "content": "Hello"}]
    return {"model": model, "messages": messages, "stream": stream}


async def test_with_one_of_four_models_healthy_no_request_sees_an_error(
    url: str, folder: Path
) -> None:
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(url, connector=connector) as session:

        async def ask(number: int) -> tuple[int, str, bool]:
            asked = body("auto", stream=number % 2 == 0)
            async with session.post("/v1/chat/completions", json=asked) as answer:
                text = await answer.text()
                model = answer.headers.get("x-pointsman-model", "")
                return answer.status, model, "error" in text

        answers = Counter(await asyncio.gather(*(ask(number) for number in range(REQUESTS))))

    assert answers == {(200, "healthy", False): REQUESTS}
    failed = {model for model, status, _ in Log(folder).calls() if status == "error"}
    assert failed == {"refused", "broken", "limited"}


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_names_who_served_it_and_hands_through_what_its_provider_tells(
    url: str,
    stream: bool,  # noqa: FBT001
) -> None:
    async with httpx.AsyncClient(base_url=url) as client:
        answer = await client.post("/v1/chat/completions", json=body("telling", stream=stream))

    headers = answer.headers
    assert (headers["x-pointsman-model"], headers["x-pointsman-attempts"]) == ("telling", "1")
    assert headers["x-request-id"] == "r-1"
    assert headers["x-ratelimit-remaining-requests"] == "9"
    assert headers["openai-processing-ms"] == "12"
    assert "retry-after" not in headers


@pytest.mark.parametrize("stream", [False, True])
async def test_a_rate_limit_that_nobody_could_make_up_for_reaches_the_client_as_it_is(
    url: str,
    stream: bool,  # noqa: FBT001
) -> None:
    async with httpx.AsyncClient(base_url=url) as client:
        answer = await client.post("/v1/chat/completions", json=body("limited", stream=stream))

    assert answer.status_code == 429
    assert answer.json()["error"]["message"] == "Slow down."
    assert answer.headers["retry-after"] == "7"
    assert answer.headers["x-request-id"] == "r-9"
    assert answer.headers["x-should-retry"] == "false"


async def test_a_provider_that_fails_is_a_502_that_says_so(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        answer = await client.post("/v1/chat/completions", json=body("broken"))

    assert answer.status_code == 502
    assert answer.json()["error"]["code"] == "provider_failed"
    assert answer.headers["x-request-id"] == "r-5"
    assert answer.headers["x-should-retry"] == "false"


@pytest.mark.parametrize(
    ("model", "stream"),
    [("silent", False), ("silent", True), ("role_only", True), ("stalling", True)],
)
async def test_a_client_that_hangs_up_closes_its_providers_connection_within_a_second(
    url: str,
    fake: FakeProvider,
    folder: Path,
    model: str,
    stream: bool,  # noqa: FBT001
) -> None:
    before = len(fake.received)

    async with httpx.AsyncClient(base_url=url, timeout=0.5) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.post("/v1/chat/completions", json=body(model, stream=stream))

    (received,) = fake.received[before:]
    assert await asyncio.to_thread(received.hung_up.wait, 1.0)
    assert await Log(folder).has(model, "cancelled", "hung_up")


async def test_a_client_that_leaves_at_once_is_noticed_too(
    url: str, fake: FakeProvider, folder: Path
) -> None:
    before = len(fake.received)
    sent = json.dumps(body("silent")).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {len(sent)}\r\n\r\n"
    host, port = url.removeprefix("http://").split(":")

    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(head.encode() + sent)
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.close()
    await asyncio.sleep(0.5)

    assert all(received.hung_up.is_set() for received in fake.received[before:])
