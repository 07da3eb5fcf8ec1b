"""A bounded queue from which whatever fits together is taken at one go."""

import asyncio
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Full(Exception):
    """Raised when there is no room and the caller cannot wait."""


class Closed(Exception):
    """Raised when nothing is taken any more."""


class Inbox(Generic[Item]):
    """Holds what waits for the next group commit.

    Args:
        limit: How many items may wait.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._items: list[Item] = []
        self._guard = threading.Lock()
        self._closed = False
        self._room = asyncio.Event()
        self._arrived = asyncio.Event()

    async def put(self, item: Item) -> None:
        """Put an item in, as soon as there is room.

        Raises:
            Closed: The inbox was closed before.
        """
        while len(self._items) >= self._limit and not self._closed:
            self._room.clear()
            await self._room.wait()
        self.put_now(item)

    def put_now(self, item: Item) -> None:
        """Put an item in.

        Raises:
            Full: There is no room.
            Closed: The inbox was closed before.
        """
        if self._closed:
            raise Closed
        if len(self._items) >= self._limit:
            raise Full
        with self._guard:
            self._items.append(item)
        self._arrived.set()

    async def waits(self) -> bool:
        """Wait until something can be taken; not so means closed and empty.

        Whoever waits for the room that was made since gets it.
        """
        self._room.set()
        while not self._items and not self._closed:
            self._arrived.clear()
            await self._arrived.wait()
        return bool(self._items)

    def take(self, wanted: Callable[[Item], bool]) -> list[Item]:
        """Take what is wanted of what waits, be it nothing; asked of each in order.

        Any thread may.
        """
        taken, left = list[Item](), list[Item]()
        with self._guard:
            for item in self._items:
                (taken if wanted(item) else left).append(item)
            self._items = left
        return taken

    def close(self) -> None:
        """Take in nothing more; what waits can still be taken."""
        self._closed = True
        self._arrived.set()
        self._room.set()
