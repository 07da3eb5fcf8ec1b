"""Answers that were picked to be judged, while they are given."""

from collections.abc import Callable
from dataclasses import dataclass, field

from service.gateway.messages import CompletionRequest, Message
from service.storage.records import DecisionRecord

_MOST_BYTES = 2 * 1024 * 1024
"""Of an answer, as it was passed on; a longer one is not judged."""


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
        self._heard = bytearray()
        self._is_too_long = False

    def hear(self, answer: bytes) -> None:
        """One more piece passed by."""
        if self._is_too_long:
            return
        self._heard += answer
        if len(self._heard) > _MOST_BYTES:
            self._is_too_long = True
            self._heard.clear()

    def end(self) -> None:
        """The answer is complete."""
        self._offer(None if self._is_too_long else self._offered(), self._record.route)

    def _offered(self) -> Offered:
        return Offered(
            decision_id=self._record.id,
            route=self._record.route,
            probability=self._probability,
            messages=self._messages,
            answer=bytes(self._heard),
            reference=self._reference,
            is_stream=self._is_stream,
        )
