"""An event loop whose clock jumps to the next timer when there is nothing to do until then."""

import asyncio
import selectors
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class VirtualTime(asyncio.SelectorEventLoop):
    """Runs an hour of timers in seconds, and tells everybody that it took an hour.

    Work of other threads, such as a database's, takes no time at all: whoever waits for it lets
    the clock stand still. So what happens does not depend on how fast the machine is.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.waiting = 0
        """How many wait for something that is no timer."""

        super().__init__(_Jumps(self))

    def time(self) -> float:
        """Seconds since the beginning."""
        return self.now

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """No timer runs out within."""
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1

    def stand_still_until(self, done: "asyncio.Future[Any]") -> None:
        """No timer runs out until then."""
        self.waiting += 1
        done.add_done_callback(self._goes_on)

    def _goes_on(self, _: "asyncio.Future[Any]") -> None:
        self.waiting -= 1


class _Jumps(selectors.DefaultSelector):
    def __init__(self, loop: VirtualTime) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for other threads only; in place of waiting for a timer, move the clock."""
        if not timeout:
            return super().select(timeout)
        if self._loop.waiting:
            return super().select(None)
        self._loop.now += timeout
        return super().select(0)
