"""One piece of feedback, start to finish: checked, kept, learned from, acknowledged."""

from dataclasses import dataclass

import msgspec

from feedback.errors import KeyReused, UnknownDecision, UnknownSource
from service import clock
from service.learning import Learning
from service.settings import Settings
from service.storage.reader import Reader
from service.storage.records import FeedbackRecord
from service.storage.writer import Writer


@dataclass(frozen=True, slots=True)
class Said:
    """Feedback as it arrived, with its scale already brought to quality."""

    decision_id: str
    source: str | None
    quality: float
    given: msgspec.Raw
    """What was sent, as JSON: the scale and the value on it."""

    comment: str | None
    tags: tuple[str, ...]
    idempotency_key: str | None


class Ratings:
    """Takes feedback in."""

    def __init__(
        self, settings: Settings, reader: Reader, writer: Writer, learning: Learning
    ) -> None:
        self._settings = settings
        self._reader = reader
        self._writer = writer
        self._learning = learning

    async def take(self, said: Said) -> FeedbackRecord:
        """Keep what was said, and learn from it before anybody is told so.

        Returns:
            The record that stands: the earlier one, if the idempotency key was used before.

        Raises:
            FeedbackError: It is refused; nothing was stored.
            StorageError: It could not be kept.
        """
        record = await self._record(said)
        stands = await self._writer.append_feedback(record)
        if stands.id != record.id and _words(stands) != _words(record):
            raise KeyReused
        await self._learning.catch_up()
        return stands

    async def _record(self, said: Said) -> FeedbackRecord:
        source = said.source or self._settings.default_source
        if source not in self._settings.sources:
            raise UnknownSource(source, tuple(self._settings.sources))
        stored = await self._reader.decision(said.decision_id)
        if stored is None:
            raise UnknownDecision(said.decision_id)
        return FeedbackRecord(
            id=clock.feedback_id(),
            decision_id=said.decision_id,
            at=clock.now(),
            source=source,
            model=stored.served or stored.decision.chosen,
            quality=said.quality,
            given=bytes(said.given).decode(),
            comment=said.comment,
            tags=said.tags,
            idempotency_key=said.idempotency_key,
        )


def _words(record: FeedbackRecord) -> tuple[str, str, str]:
    return record.decision_id, record.source, record.given
