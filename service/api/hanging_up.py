"""Stops what is done for a client that hangs up: Litestar goes on with it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

from service.errors import ClientLeft

_LATER_SECONDS = 0.1
"""Answers that come sooner cost no watching."""


class WhileConnected:
    """Cancels what is done in its block as soon as the client hangs up.

    The request's body must have been read: what comes next on its connection is the hanging up.
    """

    def __init__(self, receive: Callable[[], Awaitable[Mapping[str, Any]]]) -> None:
        self._receive = receive
        self._has_left = False
        self._task: asyncio.Task[Any] | None
        self._timer: asyncio.TimerHandle
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.current_task()
        self._timer = asyncio.get_running_loop().call_later(_LATER_SECONDS, self._watch)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        if self._watching is not None:
            self._watching.cancel()
        if self._has_left and self._task is not None:
            others = self._task.uncancel()
            if kind is asyncio.CancelledError and not others:
                raise ClientLeft from None

    def _watch(self) -> None:
        self._watching = asyncio.create_task(self._until_gone())

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._has_left = True
        if self._task is not None:
            self._task.cancel()
