"""Which failures may pass by themselves, and how long to wait until then."""

import random

from service.gateway.result import CallResult

_FIRST_SECONDS = 0.5
_MOST_SECONDS = 5.0
_PASSING_REASONS = {"unreachable", "timeout", "malformed", "cut", "empty", "upstream_error"}
_PASSING_STATUSES = {408, 425}


def may_pass(result: CallResult) -> bool:
    """Whether the same call to the same model may succeed a little later.

    A rate limit lasts for longer than one request waits, and a refused key does not mend itself.
    """
    status = result.http_status or 0
    if status >= 500 or status in _PASSING_STATUSES:
        return True
    return result.reason in _PASSING_REASONS


def backoff_seconds(retry: int) -> float:
    """How long to wait before a retry, the first being 1: anything up to a limit that doubles.

    Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 ("full
    jitter").
    """
    most: float = min(_MOST_SECONDS, _FIRST_SECONDS * 2.0 ** (retry - 1))
    return random.uniform(0.0, most)  # noqa: S311 - spreads calls, keeps no secret
