"""How long a stream may be silent."""

import asyncio
from collections.abc import Callable


class Patience:
    """Gives a stream up that has told nothing for too long, or goes on past its deadline.

    One timer serves the whole stream, so that an event costs no more than a look at the clock.
    While nobody reads, silence is not counted; the deadline holds all the same.
    """

    def __init__(self, idle_seconds: float, within_seconds: float) -> None:
        """``within_seconds`` are counted from now."""
        self._loop = asyncio.get_running_loop()
        self._idle = idle_seconds
        self._began = self._heard_at = self._loop.time()
        self._until = self._began + within_seconds
        self._resting_since: float | None = None
        self._give_up: Callable[[float], None]
        self._timer: asyncio.TimerHandle | None = None

    def start(self, give_up: Callable[[float], None]) -> None:
        """Begin to count; ``give_up`` is told after how many seconds it was."""
        self._give_up = give_up
        self.heard()
        self._arm()

    def heard(self) -> None:
        """Something came."""
        self._heard_at = self._loop.time()

    @property
    def is_resting(self) -> bool:
        """Whether nobody waits for the provider at present."""
        return self._resting_since is not None

    def rest(self) -> None:
        """Nobody waits for the provider."""
        self._resting_since = self._loop.time()

    def resume(self) -> None:
        """Somebody waits again."""
        self._heard_at += self._rested()
        self._resting_since = None

    def stop(self) -> None:
        """The stream is over."""
        if self._timer is not None:
            self._timer.cancel()

    def _rested(self) -> float:
        return 0.0 if self._resting_since is None else self._loop.time() - self._resting_since

    def _limit(self) -> float:
        return min(self._heard_at + self._rested() + self._idle, self._until)

    def _arm(self) -> None:
        # Timers may fire a little early: the loop's clock may tick in milliseconds.
        self._timer = self._loop.call_at(self._limit() + 0.002, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        if now < self._limit():
            self._arm()
        else:
            self._give_up(now - (self._began if now >= self._until else self._heard_at))
