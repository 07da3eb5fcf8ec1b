"""One completion, start to finish."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from service import clock
from service.asking import asked_of
from service.deciding import Decided, Decider
from service.errors import CallFailed
from service.gateway.gateway import Gateway, Stream
from service.gateway.messages import CompletionRequest
from service.gateway.result import CallResult
from service.learning import Learning
from service.storage.records import DecisionRecord, OutcomeRecord
from service.storage.writer import Writer


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, and the decision it came from."""

    body: bytes
    decided: Decided
    cost_usd: float | None


class Router:
    """Decides, calls, and logs what came of it."""

    def __init__(
        self, decider: Decider, learning: Learning, gateway: Gateway, writer: Writer
    ) -> None:
        self.decider = decider
        self._learning = learning
        self._gateway = gateway
        self._writer = writer

    async def complete(self, request: CompletionRequest) -> Answer:
        """Answer in one piece; the decision's commit overlaps the provider's call.

        Raises:
            RequestError: Nothing can be chosen as it was asked.
            CallFailed: The provider failed; what it did is logged.
            StorageError: The decision could not be kept.
        """
        decided = self._decide(request)
        kept = self._writer.begin(decided.record)
        try:
            completion = await self._gateway.complete(decided.decision.model, request)
        except CallFailed as error:
            await kept
            await self._close(decided.record, error.result)
            raise
        await kept
        outcome = await self._close(decided.record, completion.result)
        return Answer(completion.body, decided, outcome.cost_usd)

    async def stream(self, request: CompletionRequest) -> "StreamedAnswer":
        """Answer piece by piece; returns once the provider has accepted the call.

        Raises:
            RequestError: Nothing can be chosen as it was asked.
            CallFailed: The provider failed before the first byte; what it did is logged.
            StorageError: The decision could not be kept.
        """
        decided = self._decide(request)
        kept = self._writer.begin(decided.record)
        try:
            stream = await self._gateway.stream(decided.decision.model, request)
        except CallFailed as error:
            await kept
            await self._close(decided.record, error.result)
            raise
        await kept
        return StreamedAnswer(decided, stream, self)

    async def choose(self, request: CompletionRequest) -> Decided:
        """Decide only, for a caller who makes the call; returns once the decision is kept."""
        decided = self._decide(request)
        await self._writer.append(decided.record)
        return decided

    async def report(self, record: DecisionRecord, result: CallResult) -> OutcomeRecord:
        """Log the outcome of a call that the caller made."""
        return await self._close(record, result)

    def _decide(self, request: CompletionRequest) -> Decided:
        return self.decider.decide(asked_of(request), self._learning.beliefs)

    async def _close(self, record: DecisionRecord, result: CallResult) -> OutcomeRecord:
        outcome = self.outcome(record, result)
        await self._writer.append(outcome)
        return outcome

    def close_later(self, record: DecisionRecord, result: CallResult) -> None:
        """Log an outcome when nobody is left who could wait for its commit."""
        self._writer.begin(self.outcome(record, result))

    def outcome(self, record: DecisionRecord, result: CallResult) -> OutcomeRecord:
        """What a call did, in dollars too where the provider said how many tokens it took."""
        model = self.decider.settings.models[record.chosen]
        cost_usd = None
        if result.tokens_in is not None and result.tokens_out is not None:
            cost_usd = model.price.cost_usd(result.tokens_in, result.tokens_out, result.parts)
        return OutcomeRecord(
            decision_id=record.id,
            at=clock.now(),
            model=record.chosen,
            status=result.status,
            reason=result.reason,
            http_status=result.http_status,
            tokens_in=result.tokens_in,
            tokens_out=result.tokens_out,
            tokens_cached_in=result.parts.cached_in,
            tokens_reasoning_out=result.parts.reasoning_out,
            cost_usd=cost_usd,
            price_version=model.price_version if cost_usd is not None else None,
            latency_seconds=result.latency_seconds,
            time_to_first_token_seconds=result.time_to_first_token_seconds,
        )


class StreamedAnswer:
    """An answer on its way; its outcome is logged when it ends, however it ends."""

    def __init__(self, decided: Decided, stream: Stream, router: Router) -> None:
        self.decided = decided
        self._stream = stream
        self._router = router

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._stream:
                yield chunk
        finally:
            try:
                await self._stream.aclose()
            finally:
                self._router.close_later(self.decided.record, self._stream.result)
