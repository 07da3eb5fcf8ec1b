"""What another key decided is not there: it is refused as what never was, and nothing is kept."""

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

import httpx
import pytest

from service import clock
from tests.service.feedback.rating import Rated
from tests.service.keys.keyed import Keyed, counts

Post = Callable[[Rated, str, str], httpx.Response]
"""What a client does with a decision, and another one of its own on the same prompt."""

KINDS: dict[str, Post] = {
    "rating": lambda who, id_, _: who.client.post(
        "/v1/feedback", json={"decision_id": id_, "score": 0.1}
    ),
    "winner": lambda who, id_, own: who.client.post(
        "/v1/feedback/preference", json={"winner": id_, "loser": own}
    ),
    "loser": lambda who, id_, own: who.client.post(
        "/v1/feedback/preference", json={"winner": own, "loser": id_}
    ),
    "demonstration": lambda who, id_, _: who.client.post(
        "/v1/feedback/demonstration", json={"decision_id": id_, "sent": "a", "answer": "b"}
    ),
    "links": lambda who, id_, _: who.client.post(f"/v1/decisions/{id_}/links", json={}),
    "outcome": lambda who, id_, _: who.client.post(
        f"/v1/decisions/{id_}/outcome", json={"tokens_out": 5}
    ),
    "explained": lambda who, id_, _: who.client.get(f"/v1/decisions/{id_}"),
    "verdicts": lambda who, id_, _: who.client.get(f"/v1/decisions/{id_}/verdicts"),
    "batch": lambda who, id_, own: who.client.post(
        "/v1/feedback/batch",
        content="\n".join(
            json.dumps(row)
            for row in ({"decision_id": id_, "score": 1}, {"winner": own, "loser": id_})
        ),
    ),
}


def plain(answer: httpx.Response, id_: str) -> tuple[int, str]:
    """Status and body, with the id left out."""
    return answer.status_code, answer.text.replace(id_, "ID")


@pytest.mark.parametrize("kind", KINDS)
def test_another_keys_decision_is_as_one_that_never_was(service: Keyed, kind: str) -> None:
    theirs, own = service["batch"].decide(), service["web-app"].decide()
    before = counts(service["ops"].database)

    foreign = KINDS[kind](service["web-app"], theirs, own)
    unknown = KINDS[kind](service["web-app"], "dec_nowhere", own)

    assert plain(foreign, theirs) == plain(unknown, "dec_nowhere")
    assert kind == "verdicts" or "unknown_decision" in foreign.text
    assert counts(service["ops"].database) == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", ["batch", "ops"])
def test_its_own_key_and_operators_may(service: Keyed, kind: str, who: str) -> None:
    one, other = service["batch"].decide(), service["batch"].decide()

    answer = KINDS[kind](service[who], one, other)

    assert answer.status_code in {200, 201, 202}, answer.text
    assert "unknown_decision" not in answer.text


def test_it_takes_as_long_to_be_refused(service: Keyed) -> None:
    theirs = service["batch"].decide()

    def seconds(id_: str) -> float:
        began = time.monotonic()
        service["web-app"].refused(decision_id=id_, score=1)
        return time.monotonic() - began

    assert min(seconds(theirs), seconds(clock.decision_id())) > 1.5


def test_a_word_on_it_cannot_be_taken_back(service: Keyed) -> None:
    theirs = service["batch"].decide()
    word = service["batch"].post(decision_id=theirs, score=0.3)["feedback_id"]
    before = counts(service["ops"].database)

    foreign = service["web-app"].retract(word)
    unknown = service["web-app"].retract("fb_nowhere")

    assert plain(foreign, word) == plain(unknown, "fb_nowhere")
    assert foreign.json()["error"]["code"] == "nothing_to_retract"
    assert counts(service["ops"].database) == before
    assert service["ops"].retract(word).status_code == 200
    assert [each["key"] for each in service["ops"].words(theirs)] == ["batch", "ops"]


def test_a_comparison_with_it_can_be_taken_back_by_operators_only(service: Keyed) -> None:
    theirs, own = service["batch"].decide(), service["web-app"].decide()
    word = service["ops"].post("/preference", winner=own, loser=theirs)["feedback_id"]

    assert service["web-app"].retract(word).status_code == 404
    assert service["batch"].retract(word).status_code == 404
    assert service["ops"].retract(word).status_code == 200


def test_what_was_decided_without_a_key_is_there_for_operators_only(service: Keyed) -> None:
    id_ = service["batch"].decide()
    with closing(sqlite3.connect(service["ops"].database)) as log, log:
        log.execute("UPDATE decisions SET key = NULL WHERE id = ?", (id_,))

    assert service["batch"].client.get(f"/v1/decisions/{id_}").status_code == 404
    assert service["web-app"].client.get(f"/v1/decisions/{id_}").status_code == 404
    assert service["ops"].client.get(f"/v1/decisions/{id_}").json()["key"] is None
