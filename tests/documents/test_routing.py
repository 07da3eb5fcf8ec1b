"""docs/routing.md: its configurations are served, and its commands answer what it says."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.settings import loads
from service.settings.rules import Conditions
from tests.fakes.live import Live, served

PAGE = (Path(__file__).parents[2] / "docs" / "routing.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service with the rules of the page."""
    folder = tmp_path_factory.mktemp("routing")
    database = f"storage: {{url: 'sqlite:///{folder / 'routing.db'}'}}\n"
    with served(blocks("yaml")[0] + database, folder) as running:
        yield running


def run(command: str, live: Live) -> dict[str, Any]:
    moved = command.replace("http://127.0.0.1:8080", live.url)
    done = subprocess.run(["sh", "-c", moved], check=True, capture_output=True, timeout=60)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_every_configuration_is_served() -> None:
    with_rules, with_sessions = (loads(text, {}) for text in blocks("yaml"))

    assert [rule.name for rule in with_rules.rules] == [
        "not-for-tests", "long", "germans", "queries",
    ]  # fmt: skip
    assert not with_sessions.routes["batch"].sessions
    assert with_sessions.routes["chat"].switch_cost == 0.05


def test_every_condition_is_told_of() -> None:
    table = PAGE.partition("| condition |")[2].partition("\n\n")[0]

    told = set(re.findall(r"`(\w+)`", "".join(line.split(" | ")[0] for line in table.split("\n"))))

    assert told == set(Conditions.__struct_fields__)


def test_the_rules_answer_as_told(live: Live) -> None:
    asked, _ = blocks("sh")
    _, told = (json.loads(text) for text in blocks("json"))

    answer = run(asked, live)

    assert {key: answer[key] for key in told} == told
    explained = httpx.get(f"{live.url}/v1/decisions/{answer['decision_id']}").json()
    assert explained["decision"] == answer


@pytest.mark.parametrize(
    ("told", "rule", "route"),
    [
        ({"tags": ["test"]}, "not-for-tests", "default"),
        ({"tags": ["test"], "words": 9000}, "not-for-tests", "default"),
        ({"words": 9000}, "long", "best"),
        ({"words": 9000, "model": "auto:best"}, "long", "best"),
        ({"prompt": "Waar is het station, alstublieft?", "model": "auto:best"}, None, "best"),
        ({"prompt": "Explain: select a from b", "team": "data"}, "queries", "default"),
        ({"prompt": "Explain: select a from b", "team": "ads"}, None, "default"),
    ],
)
def test_each_rule_of_the_page_is_for_what_it_says(
    live: Live, told: dict[str, Any], rule: str | None, route: str
) -> None:
    prompt = told.get("prompt", "word " * told.get("words", 1))
    body = {"model": told.get("model", "auto"), "prompt": prompt}
    dial = {"pointsman": {"tags": told.get("tags", [])}}
    headers = {"x-team": told.get("team", "")}

    answer = httpx.post(f"{live.url}/v1/route", json=body | dial, headers=headers).json()

    assert (answer["rule"], answer["route"]) == (rule, route)


def test_a_refusal_is_as_told(live: Live) -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
    body = {"model": "auto", "messages": [{"role": "user", "content": [picture]}]}

    answer = httpx.post(f"{live.url}/v1/chat/completions", json=body)

    assert answer.status_code == 400
    assert answer.json() == json.loads(blocks("json")[0])


def test_a_session_keeps_its_model(live: Live) -> None:
    _, asked = blocks("sh")

    answers = [run(asked, live) for _ in range(5)]

    assert len({answer["model"] for answer in answers}) == 1
    assert [answer["propensity"] for answer in answers] == [0.5, 1.0, 1.0, 1.0, 1.0]
    assert {answer["conversation"] for answer in answers} == {"chat-17"}
