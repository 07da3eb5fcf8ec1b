"""What duels cost, who won them and what they taught can be looked up."""

import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.settings import loads
from service.settings.duels import Duel
from tests.fakes.live import served
from tests.fakes.provider import FakeProvider
from tests.service.duels.duelling import (
    ANSWER_USD,
    DUEL,
    VERDICT_USD,
    Script,
    best_is,
    document,
    points,
)

PAGE = (Path(__file__).parents[3] / "docs" / "duels.md").read_text(encoding="utf-8")
ASKED = {"model": "auto", "messages": [{"role": "user", "content": "Why?"}]}


def test_a_routes_duels_are_told_over_the_api(
    fake: FakeProvider, script: Script, tmp_path: Path
) -> None:
    written = document(fake, f"sqlite:///{tmp_path / 'log.db'}", DUEL | {"answer": "winner"})
    with served(written, tmp_path) as live, httpx.Client(base_url=live.url, timeout=30.0) as client:
        decisions = []
        for verdict in (
            best_is("large"),
            best_is("large"),
            best_is("small"),
            lambda _: points(5, 5),
        ):
            script.verdict = verdict
            answer = client.post("/v1/chat/completions", json=ASKED).raise_for_status()
            decisions.append(answer.headers["x-pointsman-decision-id"])
        told = report(client, duels=4)
        verdicts = client.get(f"/v1/decisions/{decisions[0]}/verdicts").raise_for_status().json()
        policy = client.get("/v1/routes/nowhere/duels")

    assert (told["judge"], told["answer"], told["budget_usd_per_day"]) == ("critic", "winner", 100)
    assert told["ever"] == told["today"]
    assert (told["ever"]["duels"], told["ever"]["failed"]) == (4, 0)
    assert told["ever"]["answers_usd"] == pytest.approx(4 * ANSWER_USD, abs=1e-12)
    assert told["ever"]["judging_usd"] == pytest.approx(8 * VERDICT_USD, abs=1e-12)
    large, small = told["standings"]
    assert large == {"model": "large", "against": "small", "wins": 2, "losses": 1, "ties": 1}
    assert (small["wins"], small["losses"], small["ties"]) == (1, 2, 1)
    assert told["taught"]["words"] == pytest.approx(4.0)
    assert 0.0 < told["taught"]["bits"] < 10.0
    assert decisions[0] in {verdicts["duel"]["decision_id"], verdicts["duel"]["second_id"]}
    assert verdicts["duel"]["reason"] == "So. / So."
    assert policy.status_code == 404


def report(client: httpx.Client, duels: int) -> dict[str, Any]:
    """A route's duels, once so many taught."""
    for _ in range(600):
        told: dict[str, Any] = client.get("/v1/routes/default/duels").raise_for_status().json()
        if told["taught"]["words"] >= duels - 0.5:
            break
        time.sleep(0.05)
    return told


def test_the_documented_configuration_can_be_served() -> None:
    (written,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    duel = loads(written, {}).routes["default"].duel

    assert duel == Duel(judge="critic", rate=0.02, budget_usd_per_day=1.0)
