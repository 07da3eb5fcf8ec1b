"""From what a call did to its row in the log."""

from service import clock
from service.gateway.result import CallResult
from service.settings import Settings
from service.storage.records import DecisionRecord, OutcomeRecord
from service.storage.writer import Stored, Writer


class Outcomes:
    """Puts decisions and what came of them into the log, each call at its own model's price."""

    def __init__(self, settings: Settings, writer: Writer) -> None:
        self._models = settings.models
        self._writer = writer

    def begin(self, record: DecisionRecord | OutcomeRecord) -> Stored:
        """Write a record while the call goes on; somebody may wait for it, or nobody.

        Raises:
            StorageError: The log takes no more.
        """
        kept = self._writer.begin(record)
        kept.add_done_callback(_heard)
        return kept

    async def append(self, record: OutcomeRecord) -> None:
        """Write an outcome; returns once it is kept.

        Raises:
            StorageError: It is not in the log.
        """
        await self._writer.append(record)

    def record(
        self, decision: DecisionRecord, model: str, attempt: int, result: CallResult
    ) -> OutcomeRecord:
        """What a call did, in dollars too where the provider said how many tokens it took."""
        called = self._models[model]
        cost_usd = None
        if result.tokens_in is not None and result.tokens_out is not None:
            cost_usd = called.price.cost_usd(result.tokens_in, result.tokens_out, result.parts)
        return OutcomeRecord(
            decision_id=decision.id,
            at=clock.now(),
            model=model,
            status=result.status,
            reason=result.reason,
            http_status=result.http_status,
            tokens_in=result.tokens_in,
            tokens_out=result.tokens_out,
            tokens_cached_in=result.parts.cached_in,
            tokens_reasoning_out=result.parts.reasoning_out,
            cost_usd=cost_usd,
            price_version=called.price_version if cost_usd is not None else None,
            latency_seconds=result.latency_seconds,
            time_to_first_token_seconds=result.time_to_first_token_seconds,
            attempt=attempt,
        )


def _heard(kept: Stored) -> None:
    """Whoever waits hears of a failure; it is no defect when nobody does."""
    if not kept.cancelled():
        kept.exception()
