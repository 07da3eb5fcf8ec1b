"""Long work in pieces, so that requests have their turn in between."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

_Entry = TypeVar("_Entry")
_TURNS = 4
"""Of the event loop between two pieces: a request needs several to get ahead."""


async def in_turns(entries: Sequence[_Entry], at_once: int) -> AsyncIterator[Sequence[_Entry]]:
    """Give some entries at a time, and between them the event loop to others."""
    for first in range(0, len(entries), at_once):
        yield entries[first : first + at_once]
        for _ in range(_TURNS):
            await asyncio.sleep(0)
