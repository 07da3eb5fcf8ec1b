"""Whose words a key can give, and take back."""

import sqlite3
from contextlib import closing

import httpx
import pytest

from service import clock
from tests.service.feedback.rating import Rated
from tests.service.keys.keyed import Keyed, counts


def linked(who: Rated, decision_id: str, source: str) -> httpx.Response:
    asked = {"source": source, "rater": "ann"}
    return who.client.post(f"/v1/decisions/{decision_id}/links", json=asked)


def test_a_client_does_not_speak_for_what_the_service_speaks_for(service: Keyed) -> None:
    theirs = service["batch"].decide(model="auto:other")
    before = counts(service["ops"].database)

    refused = service["batch"].refused(decision_id=theirs, source="hunch", score=1)
    link = linked(service["batch"], theirs, "hunch")

    assert refused == (400, "source_spoken_for")
    assert (link.status_code, link.json()["error"]["code"]) == refused
    assert counts(service["ops"].database) == before


def test_operators_do_and_clients_do_where_it_does_not(service: Keyed) -> None:
    there, elsewhere = service["batch"].decide(model="auto:other"), service["batch"].decide()

    by_operator = service["ops"].post(decision_id=there, source="hunch", score=1)
    by_client = service["batch"].post(decision_id=elsewhere, source="hunch", score=1)

    assert by_operator["source"] == by_client["source"] == "hunch"


@pytest.mark.parametrize("source", ["user", "widget"])
def test_a_word_is_taken_back_by_the_key_it_came_with(service: Keyed, source: str) -> None:
    theirs = service["batch"].decide()
    word = service["ops"].post(decision_id=theirs, source=source, score=0)["feedback_id"]

    by_owner, by_speaker = service["batch"].retract(word), service["ops"].retract(word)

    assert (by_owner.status_code, by_owner.json()["error"]["code"]) == (404, "nothing_to_retract")
    assert by_speaker.status_code == 200


def test_a_link_speaks_with_the_key_that_made_it(service: Keyed) -> None:
    theirs = service["batch"].decide()
    path = httpx.URL(linked(service["ops"], theirs, "widget").json()["down"]).path

    with service.http() as nobody:
        assert nobody.post(path).status_code == 200

    (word,) = service["batch"].words(theirs)
    assert (word["key"], word["rater"], word["quality"]) == ("ops", "ann", 0.0)


@pytest.mark.parametrize(("who", "seen"), [("batch", 1), ("ops", 1), ("web-app", 0)])
def test_verdicts_are_there_for_the_decisions_key(service: Keyed, who: str, seen: int) -> None:
    theirs = service["batch"].decide()
    with closing(sqlite3.connect(service["ops"].database)) as log, log:
        log.execute(
            "INSERT INTO verdicts (decision_id, source, route, judge, at, status, probability,"
            " cost_usd, attempts, score) VALUES (?, 'hunch', 'default', 'large', ?, 'scored', 0.5,"
            " 0.0, 1, 0.7)",
            (theirs, int(clock.now().timestamp() * 1e6)),
        )

    told = service[who].client.get(f"/v1/decisions/{theirs}/verdicts").json()

    assert len(told["data"]) == seen
