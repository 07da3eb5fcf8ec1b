"""What a provider's headers say about how long to leave it alone."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_UNITS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_SPAN = re.compile(r"(?:\d{1,9}(?:\.\d{1,9})?(?:ms|d|h|m|s))+")
_STEP = re.compile(r"([\d.]+)(ms|d|h|m|s)")
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,9})?")
_KINDS = ("requests", "tokens")


def seconds_to_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """How long a refused caller is told to wait; None where nothing says so.

    Args:
        headers: Names in lower case.
        now: The present; ``retry-after`` may be a date.
    """
    told = _retry_after(headers, now)
    return _until_reset(headers, only_spent=False) if told is None else told


def seconds_until_reset(headers: Mapping[str, str]) -> float | None:
    """How long nothing is left of what the provider allows; None where something is.

    >>> spent = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s"}
    >>> seconds_until_reset(spent)
    360.0
    """
    return _until_reset(headers, only_spent=True)


def seconds_of(span: str) -> float | None:
    """Seconds of a span of time as OpenAI writes it; None where it is none.

    >>> seconds_of("1s"), seconds_of("6m0s"), seconds_of("20ms"), seconds_of("2.5"), seconds_of("?")
    (1.0, 360.0, 0.02, 2.5, None)
    """
    text = span.strip().lower()
    if _NUMBER.fullmatch(text):
        return float(text)
    if not _SPAN.fullmatch(text):
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in _STEP.findall(text))


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    if milliseconds := seconds_of(headers.get("retry-after-ms", "")):
        return milliseconds / 1000
    text = headers.get("retry-after", "")
    seconds = seconds_of(text)
    return _until(text, now) if seconds is None else seconds


def _until(date: str, now: datetime) -> float | None:
    with suppress(ValueError):
        then = parsedate_to_datetime(date)
        then = then if then.tzinfo else then.replace(tzinfo=UTC)
        return max(0.0, (then - now).total_seconds())
    return None


def _until_reset(headers: Mapping[str, str], *, only_spent: bool) -> float | None:
    """The longest reset of what is spent; without that, the shortest of what may be."""
    resets = {kind: seconds_of(headers.get(f"x-ratelimit-reset-{kind}", "")) for kind in _KINDS}
    told = {kind: seconds for kind, seconds in resets.items() if seconds is not None}
    spent = [s for kind, s in told.items() if _is_spent(headers, kind)]
    if spent:
        return max(spent)
    return None if only_spent else min(told.values(), default=None)


def _is_spent(headers: Mapping[str, str], kind: str) -> bool:
    return headers.get(f"x-ratelimit-remaining-{kind}", "").strip() == "0"
