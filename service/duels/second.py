"""The second answer of a duel."""

from service.answer import Answer
from service.deciding import Decided
from service.failover.deadline import Deadline
from service.failover.failover import Failover
from service.gateway.gateway import Completion, Gateway
from service.gateway.messages import CompletionRequest
from service.keeping import Keeping


class Seconds:
    """Has second answers given, each by its own model and by no other, and once."""

    def __init__(self, failover: Failover, gateway: Gateway, keeping: Keeping) -> None:
        self._failover = failover
        self.gateway = gateway
        self._keeping = keeping

    async def answer(
        self, decided: Decided, request: CompletionRequest, deadline: Deadline
    ) -> Answer:
        """Call the model of a decision; the decision and its outcome are in the log then.

        Raises:
            CallFailed: It failed; that is logged.
            StorageError: The decision or its outcome could not be kept.
        """
        attempts = self._failover.begin(decided)

        async def call(model: str, seconds: float) -> Completion:
            return await self.gateway.complete(model, request, seconds)

        answered = await attempts.make(decided.record.chosen, call, deadline)
        completion = answered.answer
        outcome = attempts.end(answered.attempt, completion.result)
        if heard := self._keeping.listen(decided.record.id, request):
            heard.hear(completion.body)
            heard.end()
        await attempts.kept()
        return Answer(
            body=completion.body,
            decided=decided,
            cost_usd=outcome.cost_usd,
            served=answered.attempt.model,
            attempts=attempts.count,
            headers=completion.result.headers,
        )
