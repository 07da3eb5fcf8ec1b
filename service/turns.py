"""Long work in pieces, so that requests have their turn in between."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

_Entry = TypeVar("_Entry")
_TURNS = 4
"""Of the event loop between two pieces: a request needs several to get ahead."""


class Turns:
    """Lets one piece of long work be done at a time, whoever has how much of it."""

    def __init__(self) -> None:
        self._next = asyncio.Lock()

    async def of(self, entries: Sequence[_Entry], at_once: int) -> AsyncIterator[Sequence[_Entry]]:
        """Give some entries at a time; before each time the event loop has gone round for others.

        What is no more than one piece does not wait.
        """
        for first in range(0, len(entries), at_once):
            if len(entries) > at_once:
                await self._turn()
            yield entries[first : first + at_once]

    async def _turn(self) -> None:
        async with self._next:
            for _ in range(_TURNS):
                await asyncio.sleep(0)
