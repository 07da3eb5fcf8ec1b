"""Gets an answer for a decision, from its model or from one that stands in for it."""

from collections.abc import Callable, Coroutine
from typing import Any

from service.availability.availability import Availability
from service.deciding import Decided
from service.failover.attempts import Answered, Attempts, T
from service.failover.deadline import Deadline
from service.failover.hedging import hedged
from service.failover.order import Order
from service.failover.outcomes import Outcomes
from service.failover.walk import Walk
from service.gateway.messages import CompletionRequest
from service.settings import Settings

Call = Callable[[str, CompletionRequest, float], Coroutine[Any, Any, T]]
"""Carries a request to a model, within so many seconds."""


class Failover:
    """Tries again, falls back and hedges, as each route says."""

    def __init__(self, settings: Settings, outcomes: Outcomes, availability: Availability) -> None:
        self.outcomes = outcomes
        self._settings = settings
        self._availability = availability

    def begin(self, decided: Decided) -> Attempts:
        """Put a decision into the log, and get ready to call.

        Raises:
            StorageError: The log takes no more.
        """
        return Attempts(decided, self.outcomes, self._availability)

    async def answer(
        self, attempts: Attempts, request: CompletionRequest, call: Call[T]
    ) -> Answered[T]:
        """The first answer that somebody gives.

        Raises:
            CallFailed: The request is at fault, or everybody failed.
        """
        record = attempts.decided.record
        route = self._settings.routes[record.route]
        walk = Walk(
            call=lambda model, seconds: call(model, request, seconds),
            order=Order(attempts.decided, request, self._settings, self._availability),
            attempts=attempts,
            deadline=Deadline(route.deadline_seconds),
            retries=route.retries,
        )
        if route.hedge_after_seconds is None:
            return await walk.go(record.chosen)
        return await hedged(walk, record.chosen, route.hedge_after_seconds)
