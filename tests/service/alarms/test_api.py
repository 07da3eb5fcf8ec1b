"""Segments and alarms over HTTP."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.fakes.live import served
from tests.service.alarms.watched import MODEL


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service whose answers in German were rated lower, and which looks every second."""
    folder = tmp_path_factory.mktemp("alarms")
    document = {
        "models": {"small": MODEL, "large": MODEL},
        "storage": {"url": f"sqlite:///{folder / 'log.db'}"},
        "alarms": {"by": ["language"], "drift": False, "every_seconds": 1},
    }
    with (
        served(json.dumps(document), folder) as running,
        httpx.Client(base_url=running.url, timeout=30.0) as client,
    ):
        for language, score in (("en", 0.9), ("de", 0.1)):
            for _ in range(25):
                _rate(client, language, score)
        yield client


def _rate(client: httpx.Client, language: str, score: float) -> None:
    dial = {"tags": [f"language:{language}"]}
    asked = {"model": "auto", "prompt": "Why?", "pointsman": dial}
    decided = client.post("/v1/route", json=asked).raise_for_status().json()
    rating = {"decision_id": decided["decision_id"], "score": score}
    client.post("/v1/feedback", json=rating).raise_for_status()


def alarms(client: httpx.Client, status: str) -> list[dict[str, object]]:
    """The alarms of a status, once there are some."""
    for _ in range(100):
        listed = client.get("/v1/alarms", params={"status": status}).raise_for_status().json()
        if found := list(listed["data"]):
            return found
        time.sleep(0.05)
    raise AssertionError(status)


def test_segments_are_shown_with_traffic_quality_and_who_rates(client: httpx.Client) -> None:
    shown = client.get("/v1/routes/default/segments", params={"by": "language"}).json()

    report = shown["report"]
    german = next(one for one in report["segments"] if one["value"] == "de")
    assert (shown["by"], shown["reference"], shown["most_decisions"]) == (
        "language",
        "user",
        10_000,
    )
    assert german["decisions"] == 25
    assert sum(german["traffic"].values()) == pytest.approx(1.0)
    assert german["sources"]["user"]["quality"]["mean"] == pytest.approx(0.1)
    assert german["sources"]["user"]["rated"]["mean"] == 1.0
    assert german["lower"]["difference"] == pytest.approx(-0.8)
    assert 0.0 <= german["explored"]["mean"] <= 1.0
    assert len(report["who_rates"]["user"]["by_expected"]) == 3


def test_segments_can_be_asked_for_since_a_time(client: httpx.Client) -> None:
    asked = {"by": "language", "since": "2100-01-01T00:00:00Z"}
    shown = client.get("/v1/routes/default/segments", params=asked).raise_for_status().json()

    assert (shown["report"]["decisions"], shown["report"]["segments"]) == (0, [])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/routes/nowhere/segments?by=language", 404),
        ("/v1/routes/default/segments", 400),
        ("/v1/routes/default/segments?by=language:de", 400),
        ("/v1/routes/default/segments?by=language&since=yesterday", 400),
        ("/v1/routes/default/segments?by=language&since=2026-01-01T00:00:00", 400),
        ("/v1/alarms?status=loud", 400),
    ],
)
def test_what_cannot_be_looked_up_is_refused(path: str, status: int, client: httpx.Client) -> None:
    assert client.get(path).status_code == status


def test_an_alarm_is_listed_and_acknowledged(client: httpx.Client) -> None:
    (alarm,) = alarms(client, "open")

    path = f"/v1/alarms/{alarm['id']}/acknowledge"
    seen = client.post(path, json={"by": "ann"}).raise_for_status().json()

    assert (alarm["kind"], alarm["subject"]) == ("segment", "language:de")
    assert (seen["status"], seen["acknowledged_by"]) == ("acknowledged", "ann")
    assert alarms(client, "acknowledged") == [seen]


def test_there_is_no_acknowledging_what_was_never_raised(client: httpx.Client) -> None:
    answer = client.post("/v1/alarms/al_nowhere/acknowledge", json={})

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_alarm")
