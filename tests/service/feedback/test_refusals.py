"""What cannot be used is refused with a clear error, and nothing of it is stored."""

import json
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.service.feedback.rating import Rated

RATING, PREFERENCE, BATCH = "/v1/feedback", "/v1/feedback/preference", "/v1/feedback/batch"
NO_NUMBERS = ("NaN", "Infinity", "-Infinity", "1e400", "9" * 400, '"half"', "true", "[0.5]", "{}")
TEMPLATE = "{{7*7}} ${7*7} <%= 7*7 %> {% for x in y %}"
SQL = "'; DROP TABLE feedback; --"
TEXTS = (
    SQL,
    '" OR ""="',
    TEMPLATE,
    "%s %(name)s {0}",
    "\x00",
    "<script>alert(1)</script>",
    "\U0001d4b3\u202e",
)
OFF_SCALE: tuple[dict[str, object], ...] = (
    {"score": 1.0000001},
    {"score": -1e-9},
    {"stars": 0},
    {"stars": 5.1},
    {"thumbs": "sideways"},
    {"thumbs": "UP"},
    {"rating": {"value": 6, "min": 1, "max": 5}},
    {"rating": {"value": 1, "min": 5, "max": 1}},
    {"rating": {"value": 1, "min": 1, "max": 1}},
    {"rating": {"value": 1, "min": 0}},
    {"score": 0.5, "stars": 3},
    {"score": 0.5, "good": True},
    {},
)
UNKNOWN: tuple[tuple[dict[str, object], int, str], ...] = (
    ({"metric": "beauty"}, 400, "unknown_metric"),
    ({"metric": SQL}, 400, "unknown_metric"),
    ({"source": "stranger"}, 400, "unknown_source"),
    ({"source": TEMPLATE}, 400, "unknown_source"),
    ({"decision_id": "dec_nowhere"}, 404, "unknown_decision"),
    ({"decision_id": SQL}, 404, "unknown_decision"),
    ({"decision_id": None}, 400, "ambiguous_subject"),
    ({"session_id": "any"}, 400, "ambiguous_subject"),
    ({"decision_id": None, "session_id": "nowhere"}, 404, "unknown_session"),
    ({"decision_id": None, "session_id": SQL}, 404, "unknown_session"),
)


@pytest.fixture
def untouched(rated: Rated) -> Iterator[Rated]:
    """Whatever the test does, the feedback table is as it was."""
    before, believed = rated.rows(), rated.believed().tolist()
    yield rated
    assert rated.rows() == before
    assert rated.believed().tolist() == believed


def refuse(rated: Rated, path: str, body: bytes) -> httpx.Response:
    """Send a body that must be refused, and check that the error is one that clients know."""
    answer = rated.client.post(path, content=body, headers={"content-type": "application/json"})
    error = answer.json()["error"]
    assert answer.status_code in {200, 400, 404, 413}, answer.text
    assert error["type"] == "invalid_request_error"
    assert len(error["message"]) < 1000
    return answer


@pytest.mark.parametrize("number", NO_NUMBERS)
@pytest.mark.parametrize("path", [RATING, BATCH])
@pytest.mark.parametrize("side", ["score", "stars"])
def test_what_is_no_finite_number_rates_nothing(
    untouched: Rated, path: str, side: str, number: str
) -> None:
    body = f'{{"decision_id": "{untouched.decide()}", "{side}": {number}}}'

    refuse(untouched, path, body.encode())


@pytest.mark.parametrize("number", [*NO_NUMBERS, "-0.1", "1.1"])
@pytest.mark.parametrize("path", [PREFERENCE, BATCH])
def test_what_is_no_strength_prefers_nothing(untouched: Rated, path: str, number: str) -> None:
    one, other = untouched.decide(), untouched.decide()
    body = f'{{"winner": "{one}", "loser": "{other}", "strength": {number}}}'

    refuse(untouched, path, body.encode())


@pytest.mark.parametrize("path", [RATING, BATCH])
@pytest.mark.parametrize("said", OFF_SCALE)
def test_what_is_off_its_scale_or_on_two_is_refused(
    untouched: Rated, path: str, said: dict[str, object]
) -> None:
    refuse(untouched, path, json.dumps({"decision_id": untouched.decide()} | said).encode())


@pytest.mark.parametrize(("said", "status", "code"), UNKNOWN)
def test_what_is_not_known_here_is_refused_by_its_name(
    untouched: Rated, said: dict[str, object], status: int, code: str
) -> None:
    body = {"decision_id": untouched.decide(), "score": 0.5} | said

    answer = refuse(untouched, RATING, json.dumps(body).encode())

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize("path", [RATING, BATCH])
@pytest.mark.parametrize("field", ["decision_id", "source", "metric", "comment", "rater"])
@pytest.mark.parametrize("text", ['"\\ud800"', '"\\udc00\\ud800"', '"\xff"', '"\xed\xa0\x80"'])
def test_text_that_is_not_unicode_is_refused(
    untouched: Rated, path: str, field: str, text: str
) -> None:
    fields = {"decision_id": f'"{untouched.decide()}"', "score": "0.5", field: text}
    body = ", ".join(f'"{name}": {value}' for name, value in fields.items())

    refuse(untouched, path, f"{{{body}}}".encode("latin-1"))


@pytest.mark.parametrize("path", [RATING, PREFERENCE, BATCH])
@pytest.mark.parametrize("length", [10_001, 10_000_000])
def test_long_comments_are_refused(untouched: Rated, path: str, length: int) -> None:
    one, other = untouched.decide(), untouched.decide()
    subject = {"winner": one, "loser": other}
    about = subject if path == PREFERENCE else {"decision_id": one, "score": 1}

    refuse(untouched, path, json.dumps(about | {"comment": "x" * length}).encode())


@pytest.mark.parametrize("path", [RATING, PREFERENCE, BATCH])
@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"[" * 5_000, b'{"a":' * 5_000])
def test_what_is_no_object_is_refused(untouched: Rated, path: str, body: bytes) -> None:
    refuse(untouched, path, body)


@pytest.mark.parametrize("field", ["idempotency_key", "rater", "source", "metric"])
@pytest.mark.parametrize("name", ["", "\x00", "x" * 201])
def test_names_are_short_and_hold_no_nul(untouched: Rated, field: str, name: str) -> None:
    body = {"decision_id": untouched.decide(), "score": 0.5, field: name}

    refuse(untouched, RATING, json.dumps(body).encode())


@pytest.mark.parametrize("text", TEXTS)
def test_whatever_stands_in_a_comment_is_text_and_nothing_else(rated: Rated, text: str) -> None:
    decision, before = rated.decide(), len(rated.rows())
    told = text.replace("\x00", "\u2400")

    rated.post(decision_id=decision, score=0.5, comment=text, tags=[f"#{told}"])

    (word,) = rated.words(decision)
    assert (word["comment"], word["tags"]) == (told, [f"#{told}"])
    assert len(rated.rows()) == before + 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(path=st.sampled_from([RATING, PREFERENCE, BATCH]), body=json_values)
def test_no_body_without_a_subject_is_ever_kept(untouched: Rated, path: str, body: object) -> None:
    answer = untouched.client.post(path, content=json.dumps(body).encode())

    assert "error" in answer.json()
    assert answer.status_code in {200, 400, 404}
