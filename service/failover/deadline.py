"""How long a request may take, with everything that is done for it."""

import asyncio


class Deadline:
    """Counts from when it is made."""

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._at = self._loop.time() + seconds

    def seconds_left(self) -> float:
        """Never less than nothing."""
        return max(0.0, self._at - self._loop.time())
