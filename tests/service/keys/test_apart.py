"""What two keys call alike is two: sessions, idempotency keys, raters and their caps."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.caller import KEYLESS, Caller
from tests.service.keys.keyed import Keyed, counts

names = st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1)
callers = st.none() | names
chosen = st.text(max_size=30) | names.map(lambda name: f"key {name} 7") | st.just("key  7")


@given(callers, callers, chosen, chosen)
def test_no_two_idempotency_keys_of_two_callers_come_to_the_same(
    one: str | None, other: str | None, first: str, second: str
) -> None:
    owned = Caller(one).owned(first), Caller(other).owned(second)

    assert (owned[0] == owned[1]) == ((one, first) == (other, second))


def test_without_a_key_idempotency_keys_stand_as_they_were_chosen() -> None:
    assert KEYLESS.owned("k-1") == "k-1"
    assert KEYLESS.owned(None) is Caller("web-app").owned(None) is None


def test_an_idempotency_key_is_its_callers_own(service: Keyed) -> None:
    said: dict[str, Any] = {"idempotency_key": "the-same", "score": 0.5}
    one, other = service["web-app"].decide(), service["batch"].decide()

    first = service["web-app"].post(decision_id=one, **said)
    second = service["batch"].post(decision_id=other, **said)

    assert (first["decision_id"], second["decision_id"]) == (one, other)
    assert service["web-app"].post(decision_id=one, **said) == first
    assert service["batch"].post(decision_id=other, **said) == second
    reused = service["batch"].refused(decision_id=other, **said | {"score": 0.6})
    assert reused == (422, "key_reused")


def test_a_session_is_its_keys_own(service: Keyed) -> None:
    mine = [service["web-app"].decide(session_id="shared") for _ in range(2)]
    theirs = service["batch"].decide(session_id="shared")

    shares = service["web-app"].post(session_id="shared", score=1)["shares"]

    assert [share["decision_id"] for share in shares] == mine
    assert {share["weight"] for share in shares} == {0.5}
    assert service["batch"].words(theirs) == []


def test_another_keys_session_is_as_one_that_never_was(service: Keyed) -> None:
    service["batch"].decide(session_id="batch-only")
    before = counts(service["ops"].database)

    foreign = service["web-app"].refused(session_id="batch-only", score=1)

    assert foreign == service["web-app"].refused(session_id="nowhere", score=1)
    assert foreign == (404, "unknown_session")
    assert counts(service["ops"].database) == before


def test_a_session_does_not_steer_another_keys(service: Keyed) -> None:
    """Which model a conversation is with is charged to the others: it shows in their utility."""

    def costs_of_switching(who: str) -> set[float]:
        id_ = service[who].decide(session_id="steered", candidates=["small", "large"])
        told = service[who].client.get(f"/v1/decisions/{id_}").json()["decision"]["candidates"]
        paid = 50.0  # reward points for a dollar, at the default willingness to pay
        return {
            round(one["sampled_quality"] - paid * one["expected_cost_usd"] - one["utility"], 6)
            for one in told
        }

    assert costs_of_switching("batch") == {0.0}
    assert costs_of_switching("ops") == {0.0}
    assert costs_of_switching("batch") == {0.0, 0.02}


@pytest.mark.parametrize("rater", [None, "ann"])
def test_caps_are_of_a_key_and_its_rater(service: Keyed, rater: str | None) -> None:
    def weights(who: str) -> list[float]:
        return [
            service[who].post(
                decision_id=service[who].decide(), source="widget", score=1, rater=rater
            )["weight"]
            for _ in range(3)
        ]

    assert weights("web-app") == [1.0, 1.0, 0.0]
    assert weights("batch") == [1.0, 1.0, 0.0]
