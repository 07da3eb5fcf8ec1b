"""One completion, start to finish."""

from collections.abc import AsyncGenerator

import structlog
from msgspec.structs import replace

from service.answer import Answer
from service.asking import asked_of
from service.conversations import Conversations
from service.deciding import Decided, Decider
from service.duels.bout import Bout
from service.errors import CallFailed
from service.failover.attempts import Answered, Attempts
from service.failover.failover import Failover
from service.gateway.gateway import Gateway
from service.gateway.messages import CompletionRequest
from service.gateway.result import CallResult
from service.gateway.stream import Stream
from service.judging.picked import Picked
from service.keeping import Heard
from service.learning import Learning
from service.onlookers import Onlookers
from service.signals.signals import Turn
from service.storage.records import DecisionRecord, OutcomeRecord

_log = structlog.get_logger(__name__)


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
        onlookers: Onlookers | None = None,
    ) -> None:
        self.decider = decider
        self._conversations = conversations
        self._learning = learning
        self._gateway = gateway
        self._failover = failover
        self._onlookers = onlookers or Onlookers()

    async def complete(self, request: CompletionRequest) -> Answer:
        """Answer in one piece; the decision's commit overlaps the providers' calls.

        Raises:
            RequestError: Nothing can be chosen as it was asked.
            CallFailed: Every provider failed, or the request is at fault; what they did is logged.
            StorageError: The decision could not be kept.
        """
        attempts = self._failover.begin(await self._decide(request))
        turn = self._onlookers.turn(request)
        bout = self._onlookers.bout(attempts, request)
        if bout is None:
            answer = await self._answer(attempts, request)
        else:
            answer = await bout.fought(self._answer(attempts, request))
            self._conversations.keep(attempts.decided.record, answer.served)
        if turn is not None:
            turn.answered(answer.decided.record)
        return answer

    async def _answer(self, attempts: Attempts, request: CompletionRequest) -> Answer:
        try:
            answered = await self._failover.answer(attempts, request, self._gateway.complete)
        except CallFailed:
            await self._kept(attempts)
            raise
        self._conversations.keep(attempts.decided.record, answered.attempt.model)
        completion = answered.answer
        outcome = attempts.end(answered.attempt, completion.result)
        if heard := self._onlookers.heard(attempts, request):
            heard.hear(completion.body)
            heard.end()
        await self._kept(attempts)
        if picked := self._onlookers.picked(attempts, request, answered.attempt.model):
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
        bout = self._onlookers.bout(attempts, request)
        try:
            return await self._stream(attempts, request, bout)
        except BaseException:
            if bout is not None:
                bout.lost()
            raise

    async def _stream(
        self, attempts: Attempts, request: CompletionRequest, bout: Bout | None
    ) -> "StreamedAnswer":
        turn = self._onlookers.turn(request)
        try:
            answered = await self._failover.answer(attempts, request, self._gateway.stream)
        except CallFailed:
            await self._kept(attempts)
            raise
        self._conversations.keep(attempts.decided.record, answered.attempt.model)
        picked = self._onlookers.picked(attempts, request, answered.attempt.model)
        heard = self._onlookers.heard(attempts, request)
        if bout is not None:
            bout.begins(answered.attempt.model)
        streamed = StreamedAnswer(answered, attempts, picked, heard, bout, turn=turn)
        try:
            await self._kept(attempts)
        except BaseException:
            await streamed.aclose()
            raise
        return streamed

    async def choose(self, request: CompletionRequest) -> Decided:
        """Decide only, for a caller who makes the call; returns once the decision is kept."""
        decided = await self._decide(request)
        await self._kept(self._failover.begin(decided))
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

    async def _decide(self, request: CompletionRequest) -> Decided:
        with self._learning.turns.pressing():
            asked = asked_of(request)
            current = await self._conversations.current(asked)
            return self.decider.decide(asked, self._learning.beliefs, current)

    async def _kept(self, attempts: Attempts) -> None:
        with self._learning.turns.pressing():
            await attempts.kept()


class StreamedAnswer:
    """An answer on its way; its outcome is logged when it ends, however it ends."""

    def __init__(
        self,
        answered: Answered[Stream],
        attempts: Attempts,
        *listeners: Picked | Heard | Bout | None,
        turn: Turn | None = None,
    ) -> None:
        self.decided = attempts.decided
        self.served = answered.attempt.model
        self.attempts = attempts.count
        self.headers = answered.answer.headers
        self._answered = answered
        self._attempts = attempts
        self._listeners = [each for each in listeners if each is not None]
        self._turn = turn
        self._has_ended = False
        answered.answer.when_left(self._end)

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        try:
            async for chunk in self._answered.answer:
                for listener in self._listeners:
                    listener.hear(chunk)
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
        for listener in self._listeners:
            if outcome.status == "ok":
                listener.end()
            elif isinstance(listener, Bout):
                listener.lost()
        if self._turn is not None:
            self._turn.ended(self.decided.record, outcome)
        if outcome.status == "error":
            _log.warning(
                "stream_broke",
                decision_id=outcome.decision_id,
                model=outcome.model,
                reason=outcome.reason,
                bytes_delivered=stream.bytes_passed,
            )
