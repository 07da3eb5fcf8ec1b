"""Long work in pieces, so that requests have their turn in between."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TypeVar

from bandit.steps import Steps, finish

_Entry = TypeVar("_Entry")
_TURNS = 4
"""Of the event loop between two pieces: a request needs several to get ahead."""

_PATIENCE_SECONDS = 0.025
"""Most decisions take no longer beside much feedback, and share their time with no piece."""


class Turns:
    """Lets one piece of long work be done at a time, whoever has how much of it.

    Args:
        patience_seconds: How long a piece waits for those that press, however many there are;
            of what is done in steps all steps together.
    """

    def __init__(self, patience_seconds: float = _PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds
        self._next = asyncio.Lock()
        self._pressing = 0
        self._calm = asyncio.Event()

    @contextmanager
    def pressing(self) -> Iterator[None]:
        """Meanwhile someone waits for what takes little: long work gives way, if not for long.

        Not only the event loop: a commit in its own thread wants the interpreter again and again.
        """
        self._pressing += 1
        self._calm.clear()
        try:
            yield
        finally:
            self._pressing -= 1
            if not self._pressing:
                self._calm.set()

    async def of(self, entries: Sequence[_Entry], at_once: int) -> AsyncIterator[Sequence[_Entry]]:
        """Give some entries at a time; before each time the event loop has gone round for others.

        What is no more than one piece does not wait.
        """
        for first in range(0, len(entries), at_once):
            if len(entries) > at_once:
                await self._turn(self._patience_seconds)
            yield entries[first : first + at_once]

    async def through(self, steps: Steps[None]) -> None:
        """Take all steps; between two of them the event loop goes round for others.

        Where the caller is cancelled what is left is done at once: what is half done is of no use.
        """
        patience_seconds = self._patience_seconds
        try:
            for _ in steps:
                patience_seconds -= await self._turn(patience_seconds)
        finally:
            finish(steps)

    async def _turn(self, patience_seconds: float) -> float:
        """Give others their turn; tells how many seconds those that press were waited for."""
        async with self._next:
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            began = time.monotonic()
            if self._pressing and patience_seconds > 0.0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(patience_seconds):
                        await self._calm.wait()
            return time.monotonic() - began
