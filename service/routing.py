"""One completion, start to finish."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace

import structlog

from service.asking import asked_of
from service.conversations import Conversations
from service.deciding import Decided, Decider
from service.errors import CallFailed
from service.failover.attempts import Answered, Attempts
from service.failover.failover import Failover
from service.gateway.gateway import Gateway
from service.gateway.messages import CompletionRequest
from service.gateway.result import CallResult
from service.gateway.stream import Stream
from service.judging.judging import Judging
from service.judging.picked import Picked
from service.learning import Learning
from service.storage.records import DecisionRecord, OutcomeRecord

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, and the decision it came from."""

    body: bytes
    decided: Decided
    cost_usd: float | None
    served: str
    """The model that answered; a fallback makes it another than the decision's."""

    attempts: int
    """How many calls it took."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the provider tells of limits and of the request."""


class Router:
    """Decides, calls, and logs what came of it."""

    def __init__(
        self,
        decider: Decider,
        conversations: Conversations,
        learning: Learning,
        gateway: Gateway,
        failover: Failover,
        *,
        judging: Judging | None = None,
    ) -> None:
        self.decider = decider
        self._conversations = conversations
        self._learning = learning
        self._gateway = gateway
        self._failover = failover
        self._judging = judging

    async def complete(self, request: CompletionRequest) -> Answer:
        """Answer in one piece; the decision's commit overlaps the providers' calls.

        Raises:
            RequestError: Nothing can be chosen as it was asked.
            CallFailed: Every provider failed, or the request is at fault; what they did is logged.
            StorageError: The decision could not be kept.
        """
        attempts = self._failover.begin(await self._decide(request))
        try:
            answered = await self._failover.answer(attempts, request, self._gateway.complete)
        except CallFailed:
            await attempts.kept()
            raise
        self._conversations.keep(attempts.decided.record, answered.attempt.model)
        completion = answered.answer
        outcome = attempts.end(answered.attempt, completion.result)
        await attempts.kept()
        if picked := self._picked(attempts, request, answered.attempt.model):
            picked.hear(completion.body)
            picked.end()
        return Answer(
            body=completion.body,
            decided=attempts.decided,
            cost_usd=outcome.cost_usd,
            served=answered.attempt.model,
            attempts=attempts.count,
            headers=completion.result.headers,
        )

    async def stream(self, request: CompletionRequest) -> "StreamedAnswer":
        """Answer piece by piece; returns once a model has said something.

        Raises:
            RequestError: Nothing can be chosen as it was asked.
            CallFailed: Every provider failed before that; what they did is logged.
            StorageError: The decision could not be kept.
        """
        attempts = self._failover.begin(await self._decide(request))
        try:
            answered = await self._failover.answer(attempts, request, self._gateway.stream)
        except CallFailed:
            await attempts.kept()
            raise
        self._conversations.keep(attempts.decided.record, answered.attempt.model)
        picked = self._picked(attempts, request, answered.attempt.model)
        streamed = StreamedAnswer(answered, attempts, picked)
        try:
            await attempts.kept()
        except BaseException:
            await streamed.aclose()
            raise
        return streamed

    async def choose(self, request: CompletionRequest) -> Decided:
        """Decide only, for a caller who makes the call; returns once the decision is kept."""
        decided = await self._decide(request)
        await self._failover.begin(decided).kept()
        self._conversations.keep(decided.record, decided.record.chosen)
        return decided

    async def report(
        self,
        record: DecisionRecord,
        attempt: int,
        result: CallResult,
        latency_seconds: float | None,
    ) -> OutcomeRecord:
        """Log the outcome of a call that the caller made, the first being 1.

        How long it took may be unknown, which is not the same as no time at all.
        """
        outcomes = self._failover.outcomes
        outcome = replace(
            outcomes.record(record, record.chosen, attempt, result),
            latency_seconds=latency_seconds,
        )
        await outcomes.append(outcome)
        return outcome

    def _picked(self, attempts: Attempts, request: CompletionRequest, served: str) -> Picked | None:
        """The answer, if it is one of those that are judged."""
        if self._judging is None:
            return None
        return self._judging.pick(attempts.decided.record, request, served)

    async def _decide(self, request: CompletionRequest) -> Decided:
        asked = asked_of(request)
        current = await self._conversations.current(asked)
        return self.decider.decide(asked, self._learning.beliefs, current)


class StreamedAnswer:
    """An answer on its way; its outcome is logged when it ends, however it ends."""

    def __init__(
        self, answered: Answered[Stream], attempts: Attempts, picked: Picked | None = None
    ) -> None:
        self.decided = attempts.decided
        self.served = answered.attempt.model
        self.attempts = attempts.count
        self.headers = answered.answer.headers
        self._answered = answered
        self._attempts = attempts
        self._picked = picked
        self._has_ended = False
        answered.answer.when_left(self._end)

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        try:
            async for chunk in self._answered.answer:
                if self._picked is not None:
                    self._picked.hear(chunk)
                yield chunk
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """Stop, if it has not ended; the provider's connection closes at once."""
        try:
            await self._answered.answer.aclose()
        finally:
            self._end()

    def _end(self) -> None:
        """Log the outcome, the first time."""
        if self._has_ended:
            return
        self._has_ended = True
        stream = self._answered.answer
        outcome = self._attempts.end(self._answered.attempt, stream.result)
        if outcome.status == "ok" and self._picked is not None:
            self._picked.end()
        if outcome.status == "error":
            _log.warning(
                "stream_broke",
                decision_id=outcome.decision_id,
                model=outcome.model,
                reason=outcome.reason,
                bytes_delivered=stream.bytes_passed,
            )
