import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.failover.retrying import backoff_seconds, may_pass
from service.gateway.result import CallResult


@pytest.mark.parametrize(
    ("reason", "status", "passes"),
    [
        ("unreachable", None, True),
        ("timeout", None, True),
        ("malformed", 200, True),
        ("failed", 500, True),
        ("failed", 529, True),
        ("rejected", 408, True),
        ("empty", 200, True),
        ("failed", 301, False),
        ("rejected", 429, False),
        ("denied", 401, False),
        ("busy", None, False),
    ],
)
def test_only_what_may_pass_by_itself_is_tried_again(
    reason: str,
    status: int | None,
    passes: bool,  # noqa: FBT001
) -> None:
    assert may_pass(CallResult("error", reason, status)) == passes


@given(st.integers(1, 50))
def test_a_retry_waits_for_a_random_while_that_doubles_and_is_bounded(retry: int) -> None:
    wait = backoff_seconds(retry)

    assert 0.0 <= wait <= min(5.0, 0.5 * 2 ** (retry - 1))


def test_retries_of_many_requests_do_not_come_at_once() -> None:
    assert len({backoff_seconds(1) for _ in range(100)}) > 90
