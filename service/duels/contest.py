"""A duel in the background: reserved, answered, judged, filed."""

from dataclasses import replace

from feedback.judging.comparing import Comparison, Pair
from service.answer import Answer
from service.deciding import Decided
from service.duels.asking import is_cut
from service.duels.bout import Bout, First
from service.duels.ring import Ring
from service.errors import CallFailed, ModelBusy
from service.failover.attempts import Attempts
from service.gateway.messages import CompletionRequest
from service.judging.answers import case_of
from service.judging.critic import lost_usd
from service.storage.duels import DuelRecord


class NoContest(Exception):
    """Raised when there is nothing to compare; its text says why, in one word."""


class Contest:
    """Carries one duel out; `record` is how far it has come."""

    def __init__(
        self, record: DuelRecord, first: Attempts, second: Decided, bout: Bout, ring: Ring
    ) -> None:
        self.record = record
        self._first = first
        self._second = second
        self._bout = bout
        self._ring = ring

    async def run(self, first: CompletionRequest, second: CompletionRequest) -> None:
        """Have the second answer given, both compared, and the preference filed.

        Args:
            first: What the client asked.
            second: What the second model is asked.

        Raises:
            StorageError: The log took not all of it; what was set aside stays so.
        """
        try:
            await self._first.kept()
            if await self._ring.filing.log.open(self.record, self._ring.duel.budget_usd_per_day):
                await self._fight(first, second)
        finally:
            self._bout.settle(None)

    async def _fight(self, first: CompletionRequest, second: CompletionRequest) -> None:
        log = self._ring.filing.log
        try:
            found = await self._compared(first, await self._seconded(second))
        except NoContest as reason:
            await log.close(replace(self.record, status="failed", reason=str(reason)))
            return
        self.record = replace(
            self.record, status="judged", difference=found.difference, reason=found.reason
        )
        await log.close(self.record)
        await self._first.kept()
        await self._ring.filing.file(self.record)

    async def _seconded(self, request: CompletionRequest) -> Answer:
        """The second answer, with its cost in the record."""
        try:
            answer = await self._ring.seconds.answer(self._second, request, self._bout.deadline)
        except CallFailed as failure:
            most = 0.0 if isinstance(failure, ModelBusy) else self.record.answer_usd
            self.record = replace(self.record, answer_usd=lost_usd(failure.result, most))
            raise NoContest("second_failed") from None
        if answer.cost_usd is not None:
            self.record = replace(self.record, answer_usd=answer.cost_usd)
        return answer

    async def _compared(self, request: CompletionRequest, second: Answer) -> Comparison:
        """What the judge says, with its cost in the record."""
        first = await self._bout.first
        if first is None:
            self._bout.settle(second)
            raise NoContest("first_failed")
        self.record = replace(self.record, first_model=first.served)
        prepared = self._ring.comparer.prepare(self._pair(request, first, second))
        asked = replace(self.record, judging_usd=prepared.most_usd)
        if not await self._ring.filing.log.afford(asked, self._ring.duel.budget_usd_per_day):
            raise NoContest("budget")
        said = await prepared.compare()
        self.record = replace(self.record, judging_usd=said.cost_usd, attempts=said.attempts)
        if said.verdict is None:
            raise NoContest(said.reason)
        self._bout.settle(second if said.verdict.difference < 0.0 else None)
        return said.verdict

    def _pair(self, request: CompletionRequest, first: First, second: Answer) -> Pair:
        if first.served == second.served:
            raise NoContest("same_model")
        if first.served in self._ring.own:
            raise NoContest("own_answer")
        reference = request.pointsman.reference
        one = case_of(request.messages, first.body, reference, is_stream=first.is_stream)
        other = case_of(request.messages, second.body, reference, is_stream=False)
        if one is None or other is None:
            raise NoContest("wordless")
        if request.max_tokens is None and is_cut(second.body):
            raise NoContest("cut")
        return Pair(one.prompt, one.answer, other.answer, reference)
