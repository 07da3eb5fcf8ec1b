"""docs/api.md: every command is run as it stands, every table says what the service does."""

import asyncio
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import httpx
import pytest

from bandit import errors as root
from feedback.errors import KeyReused
from service.api.errors import code_of, status_of
from service.errors import ProviderRejected
from service.gateway.dial import Dial
from service.storage.alarms import Alarms, Condition
from service.storage.engine import ForeignSchema, open_engine
from service.storage.writer import WriterStopped
from tests.fakes.every_endpoint import EveryEndpoint
from tests.fakes.live import Live, served
from tests.fakes.provider import FakeProvider

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
KINDS = (root.RequestError, root.UpstreamError, root.FeedbackError, root.StorageError)
UNSEEN = {root.NoCandidates, ProviderRejected, ForeignSchema}
"""Errors that no client meets, and the one that is a provider's own."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api")


@pytest.fixture(scope="module")
def live(folder: Path) -> Iterator[Live]:
    with FakeProvider(EveryEndpoint()) as fake:
        price = {"usd_per_million_tokens_in": 1.0, "usd_per_million_tokens_out": 2.0}
        model = {"base_url": fake.base_url, "price": price}
        models = {"small": model, "large": model, "embedder": model | {"kind": "embedding"}}
        storage = {"url": f"sqlite:///{folder / 'api.db'}"}
        links = {"secret_env": ["LINKS_SECRET"], "base_url": "https://llm.example.org"}
        document = json.dumps({"models": models, "storage": storage, "links": links})
        with served(document, folder, LINKS_SECRET="s" * 32) as running:
            yield running


@pytest.fixture(scope="module")
def ids(live: Live, folder: Path) -> dict[str, str]:
    """Decisions on one prompt, a word to take back, and an alarm to acknowledge."""
    asked = {"model": "auto", "prompt": "What is 17 * 23?"}
    decided = [httpx.post(f"{live.url}/v1/route", json=asked).json() for _ in range(3)]
    one, other, rated = (each["decision_id"] for each in decided)
    word = httpx.post(f"{live.url}/v1/feedback", json={"decision_id": rated, "stars": 4}).json()
    return {
        "DECISION_ID": one,
        "OTHER_ID": other,
        "FEEDBACK_ID": word["feedback_id"],
        "ALARM_ID": asyncio.run(alarm(f"sqlite:///{folder / 'api.db'}")),
    }


async def alarm(url: str) -> str:
    """Raise one in the service's database."""
    engine = open_engine(url)
    alarms = Alarms(engine)
    await alarms.settle([Condition("segment", "default", "language:de")], [], 0)
    (raised,) = await alarms.latest("open")
    await engine.dispose()
    return raised.id


@pytest.mark.parametrize("number", range(len(COMMANDS)))
def test_every_command_is_answered(number: int, live: Live, ids: dict[str, str]) -> None:
    command = COMMANDS[number].replace("http://127.0.0.1:8080", live.url)

    for one in re.split(r"\n(?=curl)", command):
        done = subprocess.run(
            ["sh", "-c", one.replace("curl -s", "curl --fail-with-body -s")],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | ids,
            timeout=60,
        )
        if "curl -sN" in one:
            assert done.stdout.count("event: ") > 5
        else:
            assert all(not json.loads(line).get("error") for line in done.stdout.splitlines())


def test_every_endpoint_has_a_row_and_a_command_or_more(live: Live) -> None:
    paths = httpx.get(f"{live.url}/schema/openapi.json").json()["paths"]
    served = {f"{m.upper()} {path}" for path, methods in paths.items() for m in methods}

    told = re.findall(r"^\| `((?:GET|POST|DELETE) [^`]*)` \|", PAGE, re.MULTILINE)

    assert set(told) == served
    shown = "".join(COMMANDS).replace("routes/default", "routes/{route}")
    for name in ("decision_id", "feedback_id", "alarm_id"):
        shown = shown.replace(f"${name.upper()}", f"{{{name}}}")
    assert all(f"8080{each.split(' ')[1]}" in shown for each in told)


def test_every_error_has_a_row_with_its_status_type_and_code() -> None:
    rows = re.findall(r"^\| (\d{3}) \| `(\w+)` \| `(\w+)` \|", PAGE, re.MULTILINE)

    classes = {leaf for kind in KINDS for leaf in leaves(kind)} - UNSEEN
    raised = {(*status_of(one), code_of(one.__new__(one))) for one in classes}
    assert {KeyReused, WriterStopped} <= classes
    assert {(int(status), kind, code) for status, kind, code in rows} == raised
    assert len(rows) == len(raised)


def test_every_field_of_the_dial_has_a_row() -> None:
    told = re.findall(r"^\| `(\w+)` \| `(x-pointsman-[\w-]+)` \|", PAGE, re.MULTILINE)

    fields = get_type_hints(Dial)
    assert told == [(name, f"x-pointsman-{name.replace('_', '-')}") for name in fields]


def leaves(kind: type[Exception]) -> Iterator[type[Exception]]:
    below = kind.__subclasses__()
    if not below:
        yield kind
    for one in below:
        yield from leaves(one)
