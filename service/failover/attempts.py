"""The calls that are made for one decision."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Generic, TypeVar

from service.availability.availability import Availability
from service.deciding import Decided
from service.errors import CallFailed, ModelBusy
from service.failover.deadline import Deadline
from service.failover.outcomes import Outcomes
from service.gateway.gateway import Completion
from service.gateway.result import HUNG_UP, CallResult
from service.gateway.stream import Stream
from service.storage.records import OutcomeRecord
from service.storage.writer import Stored

T = TypeVar("T", Completion, Stream)
HEDGED = "hedged"
"""Why a call is cancelled when another for the same request has answered."""


class Overtaken(Exception):
    """Another call for the same request answered first."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call."""

    model: str
    number: int
    """The first is 1."""

    tries: bool = False
    """Whether it finds out if the model answers again."""


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """The call that came to an answer; whoever has it is to end it."""

    attempt: Attempt
    answer: T


class Attempts:
    """Counts the calls for one decision, and tells the log and the availability how each ended."""

    def __init__(self, decided: Decided, outcomes: Outcomes, availability: Availability) -> None:
        self.decided = decided
        self.count = 0
        self._is_answered = False
        self._outcomes = outcomes
        self._availability = availability
        self._kept: list[Stored] = [outcomes.begin(decided.record)]

    async def make(
        self, model: str, call: Callable[[str, float], Awaitable[T]], deadline: Deadline
    ) -> Answered[T]:
        """Call a model, as soon as it has room.

        Raises:
            CallFailed: It failed; that is logged.
            Overtaken: It answered, but another had done so before; that is logged too.
        """
        self.count += 1
        attempt = Attempt(model, self.count)
        attempt = replace(attempt, tries=await self._enter(attempt, deadline))
        began = perf_counter()
        try:
            answer = await call(model, deadline.seconds_left())
        except CallFailed as failure:
            self.end(attempt, failure.result)
            raise
        except BaseException as error:
            self.end(attempt, self._broken_off(error, perf_counter() - began))
            raise
        if self._is_answered:
            await self.discard(Answered(attempt, answer), HEDGED)
            raise Overtaken
        self._is_answered = True
        return Answered(attempt, answer)

    def end(self, attempt: Attempt, result: CallResult) -> OutcomeRecord:
        """A call ended."""
        self._availability.note(attempt.model, result, tries=attempt.tries)
        return self._log(attempt, result)

    async def discard(self, answered: Answered[T], reason: str) -> None:
        """Nobody takes an answer any more; what it cost is logged all the same."""
        answer = answered.answer
        if isinstance(answer, Stream):
            await answer.aclose()
        self.end(answered.attempt, replace(answer.result, status="cancelled", reason=reason))

    async def kept(self) -> None:
        """Return once the decision and every outcome so far are in the log.

        Raises:
            StorageError: They are not.
        """
        for kept in self._kept:
            await kept

    async def _enter(self, attempt: Attempt, deadline: Deadline) -> bool:
        began = perf_counter()
        try:
            return await self._availability.begin(attempt.model, deadline.seconds_left())
        except ModelBusy as busy:
            self._log(attempt, busy.took(perf_counter() - began).result)
            raise
        except BaseException as error:
            self._log(attempt, self._broken_off(error, perf_counter() - began))
            raise

    def _broken_off(self, error: BaseException, seconds: float) -> CallResult:
        if not isinstance(error, asyncio.CancelledError):
            return CallResult("error", "internal", latency_seconds=seconds)
        reason = HEDGED if self._is_answered else HUNG_UP
        return CallResult("cancelled", reason, latency_seconds=seconds)

    def _log(self, attempt: Attempt, result: CallResult) -> OutcomeRecord:
        decision = self.decided.record
        outcome = self._outcomes.record(decision, attempt.model, attempt.number, result)
        self._kept.append(self._outcomes.begin(outcome))
        return outcome
