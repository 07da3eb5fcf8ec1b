"""What answers should have been, start to finish: compared, kept, learned from, acknowledged."""

from dataclasses import dataclass, field
from hashlib import sha256

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from feedback.entry import QUALITY
from feedback.errors import AnswerNotKept, UnknownDecision
from feedback.similarity import similarity
from service import early
from service.caller import Caller
from service.rating import Ratings, Said
from service.settings import Settings
from service.storage.demonstrations import keep_demonstration
from service.storage.reader import Reader
from service.storage.records import FeedbackRecord
from service.storage.subjects import Subjects


@dataclass(frozen=True, slots=True)
class Shown:
    """A demonstration as it arrived."""

    decision_id: str
    answer: str = field(repr=False)
    """What the answer should have been."""

    sent: str | None = field(default=None, repr=False)
    """What the answer was, for where it is not kept."""

    source: str | None = None
    metric: str = QUALITY
    comment: str | None = None
    tags: tuple[str, ...] = ()
    rater: str | None = None
    idempotency_key: str | None = None

    def said(self, quality: float) -> Said:
        """The rating that it is; what was given is told by its digests, for texts are long."""
        texts = {"demonstration": self.answer, "sent": self.sent}
        given = {name: _digest(text) for name, text in texts.items() if text is not None}
        return Said(
            decision_id=self.decision_id,
            source=self.source,
            quality=quality,
            given=msgspec.Raw(msgspec.json.encode(given)),
            metric=self.metric,
            comment=self.comment,
            tags=self.tags,
            idempotency_key=self.idempotency_key,
            rater=self.rater,
        )


class Demonstrations:
    """Takes demonstrations in: each is a rating, by how much of the answer could stay."""

    def __init__(
        self, settings: Settings, engine: AsyncEngine, reader: Reader, ratings: Ratings
    ) -> None:
        self._keeps_answers = settings.storage.keep_answers
        self._engine = engine
        self._reader = reader
        self._subjects = Subjects(engine)
        self._ratings = ratings

    async def take(self, shown: Shown, caller: Caller) -> FeedbackRecord:
        """Keep what was shown, and learn from it before anybody is told so.

        Between the rating and its text a process may die. Nobody was told then that it is kept;
        who sends it again with the same idempotency key adds the text.

        Raises:
            FeedbackError: It is refused; nothing was stored.
            StorageError: It could not be kept.
        """
        quality = similarity(await self._sent(shown, caller), shown.answer)
        record = await self._ratings.take(shown.said(quality), caller)
        await keep_demonstration(self._engine, record.id, shown.answer)
        return record

    async def _sent(self, shown: Shown, caller: Caller) -> str:
        """What was answered: as it was kept, or else as the sender says."""
        if shown.decision_id not in await early.found(self._subjects, [shown.decision_id], caller):
            raise UnknownDecision(shown.decision_id)
        awaited = self._keeps_answers and shown.sent is None
        kept = await early.answer(self._reader, shown.decision_id, is_awaited=awaited)
        sent = shown.sent if kept is None else kept
        if sent is None:
            raise AnswerNotKept(shown.decision_id)
        return sent


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()
