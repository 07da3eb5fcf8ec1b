"""Stops calling a model that fails, and tries it again after a while.

Source: M. Nygard, "Release It!", 2nd ed., section 5.2, "Circuit Breaker".
"""

from collections import deque
from typing import Literal

from service.settings import AvailabilitySettings

_GROWTH = 1.5
"""Of the cool-down, with each trial that fails: it stays about half of the time since the first
failure. Doubled, it would keep a model out for as long again as it was down."""

State = Literal["closed", "open", "half-open"]


class Breaker:
    """Closed while a model answers; open while it cools down; half-open while one call tries it.

    Seconds are the caller's, of a clock that only grows.

    >>> breaker = Breaker(AvailabilitySettings(failures_to_open=2, cool_down_seconds=10.0))
    >>> breaker.failed(0.0)
    >>> breaker.failed(1.0)
    >>> breaker.state(2.0), breaker.state(11.0)
    ('open', 'half-open')
    >>> breaker.succeeded(11.0)
    >>> breaker.state(11.0)
    'closed'
    """

    def __init__(self, settings: AvailabilitySettings) -> None:
        self._settings = settings
        self._last: deque[bool] = deque(maxlen=settings.window_calls)
        """Whether each of the last calls failed."""

        self._in_a_row = 0
        self._cool_down = 0.0
        """Seconds of the present cool-down; none while closed."""

        self._until = 0.0

    def state(self, now: float) -> State:
        """Whether the model can be called."""
        if not self._cool_down:
            return "closed"
        return "open" if now < self._until else "half-open"

    def seconds_left(self, now: float) -> float:
        """Until the model may be tried again."""
        return max(0.0, self._until - now) if self._cool_down else 0.0

    def succeeded(self, now: float) -> None:
        """A call came to an answer; one that began before the cool-down changes nothing."""
        if self.state(now) == "half-open":
            self._close()
        elif not self._cool_down:
            self._in_a_row = 0
            self._last.append(False)

    def failed(self, now: float) -> None:
        """A call failed; one that began before the cool-down changes nothing."""
        if self.state(now) == "half-open":
            self._open(now, _GROWTH * self._cool_down)
        elif not self._cool_down:
            self._in_a_row += 1
            self._last.append(True)
            if self._is_too_much():
                self.open(now)

    def open(self, now: float) -> None:
        """Cool down, whatever went before."""
        if self.state(now) != "open":
            self._open(now, _GROWTH * self._cool_down or self._settings.cool_down_seconds)

    def _is_too_much(self) -> bool:
        if self._in_a_row >= self._settings.failures_to_open:
            return True
        share = sum(self._last) / self._settings.window_calls
        return len(self._last) == self._last.maxlen and share > self._settings.failure_share_to_open

    def _open(self, now: float, seconds: float) -> None:
        self._cool_down = min(seconds, self._settings.most_cool_down_seconds)
        self._until = now + self._cool_down

    def _close(self) -> None:
        self._cool_down = 0.0
        self._in_a_row = 0
        self._last.clear()
