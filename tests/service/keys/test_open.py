"""A service without keys is open to all, and says so where others can reach it."""

import json
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from service.serving import warn_if_open
from service.settings import Settings, loads
from tests.fakes.live import served
from tests.service.feedback.conftest import MODEL
from tests.service.feedback.rating import Rated

EVERYWHERE = "0.0.0.0"  # noqa: S104 that is what is warned of
KEYS = {"app": {"key_env": "APP"}}


def settings(**sections: object) -> Settings:
    document = {"models": {"small": MODEL}} | sections
    return loads(json.dumps(document), {"APP": "correct-horse-battery"})


def test_it_warns_once_and_serves_everybody_whatever_key_they_send(tmp_path: Path) -> None:
    url, told = f"sqlite:///{tmp_path / 'log.db'}", tmp_path / "told.log"
    document = {"models": {"small": MODEL}, "storage": {"url": url}, "server": {"host": EVERYWHERE}}

    with (
        served(json.dumps(document), tmp_path, told) as live,
        httpx.Client(base_url=live.url, headers={"authorization": "Bearer any"}) as client,
    ):
        rated = Rated(client, tmp_path / "log.db")
        decision = rated.decide(session_id="s")
        rated.post(decision_id=decision, score=1, idempotency_key="once")
        rated.post(session_id="s", score=0.5, source="judge")
        pages = [client.get(f"/v1/{page}") for page in ("alarms", "routes/default/policy")]
        description = client.get("/schema/openapi.json").text

    assert [page.status_code for page in pages] == [200, 200]
    assert [row[-1] for row in rated.rows()] == [None, None]
    assert "securitySchemes" not in description
    (line,) = [line for line in told.read_text().splitlines() if "open_to_everybody" in line]
    assert json.loads(line)["remedy"].startswith("give clients keys")


@pytest.mark.parametrize(
    ("sections", "host", "warns"),
    [
        ({}, "127.0.0.1", False),
        ({}, "127.9.9.9", False),
        ({}, "::1", False),
        ({}, "localhost", False),
        ({}, EVERYWHERE, True),
        ({}, "::", True),
        ({}, "10.0.0.7", True),
        ({}, "llm.example.org", True),
        ({"keys": KEYS}, EVERYWHERE, False),
    ],
)
def test_it_warns_where_others_can_reach_it(
    sections: dict[str, object], host: str, *, warns: bool
) -> None:
    with capture_logs() as lines:
        warn_if_open(settings(**sections), host)

    assert bool(lines) == warns
