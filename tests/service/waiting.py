"""Waits for what happens in the background."""

import asyncio
from collections.abc import Callable


async def until(happened: Callable[[], object]) -> None:
    """Return soon after something has happened.

    Raises:
        AssertionError: It did not within ten seconds.
    """
    for _ in range(2000):
        if happened():
            return
        await asyncio.sleep(0.005)
    raise AssertionError
