"""Goes from model to model until one answers."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic

from service.errors import CallFailed
from service.failover.attempts import Answered, Attempts, T
from service.failover.deadline import Deadline
from service.failover.order import Order
from service.failover.retrying import backoff_seconds, may_pass
from service.gateway.result import CallResult


@dataclass(frozen=True, slots=True)
class Walk(Generic[T]):
    """What is done for one request, be it by one walker or by two."""

    call: Callable[[str, float], Awaitable[T]]
    """Calls a model, within so many seconds."""

    order: Order
    attempts: Attempts
    deadline: Deadline
    retries: int

    async def go(self, model: str) -> Answered[T]:
        """Call a model; when it fails, the next ones in the order.

        Raises:
            CallFailed: The request is at fault, or nobody is left; it is the last call's failure.
        """
        while True:
            try:
                return await self._persist(model)
            except CallFailed as failure:
                following = self._after(failure.result)
                if following is None:
                    raise
                model = following

    def _after(self, failed: CallResult) -> str | None:
        if failed.is_callers_fault or not self.deadline.seconds_left():
            return None
        return self.order.next()

    async def _persist(self, model: str) -> Answered[T]:
        """Call a model, and again where that may help."""
        retry = 0
        while True:
            try:
                return await self.attempts.make(model, self.call, self.deadline)
            except CallFailed as failure:
                retry += 1
                wait = backoff_seconds(retry)
                if (
                    not self._is_worth(model, failure.result, retry)
                    or wait >= self.deadline.seconds_left()
                ):
                    raise
            await asyncio.sleep(wait)

    def _is_worth(self, model: str, failed: CallResult, retry: int) -> bool:
        """Whether to call the same model again; another that is to be had is better, mostly."""
        if retry > self.retries or not may_pass(failed) or self.order.is_out(model):
            return False
        return not self.order.has_more() or (retry == 1 and failed.reason != "timeout")
