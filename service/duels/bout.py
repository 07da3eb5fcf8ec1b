"""A duel as the request sees it: it tells what was answered, and may be given another answer."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field

from service.answer import Answer
from service.errors import CallFailed
from service.failover.deadline import Deadline
from service.judging.ear import Ear


@dataclass(frozen=True, slots=True)
class First:
    """What the client was answered first."""

    served: str
    body: bytes = field(repr=False)
    is_stream: bool


class Bout:
    """Stands between a request and its duel, which is carried out in the background."""

    def __init__(self, deadline: Deadline, *, returns_winner: bool) -> None:
        """``deadline`` is the request's."""
        loop = asyncio.get_running_loop()
        self.deadline = deadline
        self.first: asyncio.Future[First | None] = loop.create_future()
        """The first answer; None where there is none."""

        self._instead: asyncio.Future[Answer | None] = loop.create_future()
        self._returns_winner = returns_winner
        self._ear = Ear()
        self._served = ""

    # The request's side

    async def fought(self, answering: Awaitable[Answer]) -> Answer:
        """The first answer, at once; or the winner's, where that is what the client gets.

        Raises:
            CallFailed: There is no first answer, and no second to return.
        """
        try:
            first = await answering
        except CallFailed as failure:
            self.lost()
            second = None if failure.result.is_callers_fault else await self._winner()
            if second is None:
                raise
            return second
        except BaseException:
            self.lost()
            raise
        self._give(First(first.served, first.body, is_stream=False))
        return await self._winner() or first

    def begins(self, served: str) -> None:
        """A model began to answer, in a stream."""
        self._served = served

    def hear(self, piece: bytes) -> None:
        """A piece of a stream passed by."""
        self._ear.hear(piece)

    def end(self) -> None:
        """A stream is complete."""
        heard = self._ear.whole()
        self._give(None if heard is None else First(self._served, heard, is_stream=True))

    def lost(self) -> None:
        """There is no first answer, or only a part of one."""
        self._give(None)

    async def _winner(self) -> Answer | None:
        """The second answer, if the client is to get it."""
        if not self._returns_winner:
            return None
        try:
            async with asyncio.timeout(self.deadline.seconds_left()):
                return await asyncio.shield(self._instead)
        except TimeoutError:
            return None

    def _give(self, first: First | None) -> None:
        if not self.first.done():
            self.first.set_result(first)

    # The duel's side

    def settle(self, instead: Answer | None) -> None:
        """Say what takes the place of the first answer; the first time counts."""
        if not self._instead.done():
            self._instead.set_result(instead)
