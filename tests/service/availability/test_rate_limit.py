from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.availability.rate_limit import seconds_of, seconds_to_wait, seconds_until_reset

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "Sun, 01 Mar 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sun, 01 Mar 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0s"}, 1.0),
        (
            {
                "x-ratelimit-remaining-tokens": "0",
                "x-ratelimit-reset-requests": "20ms",
                "x-ratelimit-reset-tokens": "6m0s",
            },
            360.0,
        ),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({}, None),
    ],
)
def test_a_refusal_tells_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert seconds_to_wait(headers, NOW) == seconds


def test_an_answer_that_was_the_last_one_allowed_tells_when_there_are_more() -> None:
    headers = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m2.5s"}

    assert seconds_until_reset(headers) == 62.5
    assert seconds_until_reset(headers | {"x-ratelimit-remaining-requests": "1"}) is None
    assert seconds_until_reset({"x-ratelimit-remaining-requests": "0"}) is None


@pytest.mark.parametrize(
    ("span", "seconds"),
    [("1s", 1.0), ("6m0s", 360.0), ("20ms", 0.02), ("1h30m", 5400.0), ("1d", 86400.0), ("12", 12)],
)
def test_spans_are_read_as_they_are_written(span: str, seconds: float) -> None:
    assert seconds_of(span) == pytest.approx(seconds)


@given(st.text())
def test_whatever_a_header_says_nothing_breaks(text: str) -> None:
    headers = {"retry-after": text, "x-ratelimit-reset-requests": text}

    wait = seconds_to_wait(headers, NOW)

    assert wait is None or wait >= 0.0
