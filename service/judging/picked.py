"""Answers that were picked to be judged, while they are given."""

from collections.abc import Callable
from dataclasses import dataclass, field

from service.gateway.messages import CompletionRequest, Message
from service.judging.ear import Ear
from service.storage.records import DecisionRecord


@dataclass(frozen=True, slots=True)
class Offered:
    """An answer that is complete, as it waits to be judged."""

    decision_id: str
    route: str
    probability: float
    messages: tuple[Message, ...] = field(repr=False)
    answer: bytes = field(repr=False)
    reference: str | None = field(repr=False)
    is_stream: bool


class Picked:
    """Listens to an answer as it passes by."""

    def __init__(
        self,
        record: DecisionRecord,
        request: CompletionRequest,
        probability: float,
        offer: Callable[[Offered | None, str], None],
    ) -> None:
        """``offer`` takes what is complete, or nothing where it became too long; it never waits."""
        self._record = record
        self._messages = request.messages
        self._reference = request.pointsman.reference
        self._is_stream = request.stream
        self._probability = probability
        self._offer = offer
        self._ear = Ear()

    def hear(self, answer: bytes) -> None:
        """One more piece passed by."""
        self._ear.hear(answer)

    def end(self) -> None:
        """The answer is complete."""
        answer = self._ear.whole()
        self._offer(None if answer is None else self._offered(answer), self._record.route)

    def _offered(self, answer: bytes) -> Offered:
        return Offered(
            decision_id=self._record.id,
            route=self._record.route,
            probability=self._probability,
            messages=self._messages,
            answer=answer,
            reference=self._reference,
            is_stream=self._is_stream,
        )
