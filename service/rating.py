"""Feedback, start to finish: checked, kept, learned from, acknowledged."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from bandit.errors import FeedbackError, StorageError
from feedback.entry import QUALITY
from feedback.errors import (
    DifferentPrompts,
    KeyReused,
    NothingToRetract,
    SameDecision,
    UnknownDecision,
    UnknownMetric,
    UnknownSession,
)
from service import clock, early
from service.caller import Caller
from service.caps import Caps
from service.learning import PAGE, Learning
from service.selection import Selection
from service.settings import Settings
from service.speaking import source_of
from service.storage.reader import Reader
from service.storage.records import FeedbackRecord
from service.storage.subjects import Subject, Subjects
from service.storage.writer import Writer
from service.turns import Turns

_AT_ONCE = 100
"""Records made before requests have their turn: half a millisecond's worth."""


class Said(msgspec.Struct, frozen=True):
    """Feedback as it arrived, with its scale already brought to quality."""

    decision_id: str
    source: str | None
    quality: float
    """Of a preference, one half plus half of how much better `decision_id` is than `against`."""

    given: msgspec.Raw
    """What was sent, as JSON: the scale and the value on it."""

    metric: str = QUALITY
    against: str | None = None
    comment: str | None = None
    tags: tuple[str, ...] = ()
    idempotency_key: str | None = None
    rater: str | None = None


class Ratings:
    """Takes feedback in."""

    def __init__(
        self,
        settings: Settings,
        reader: Reader,
        subjects: Subjects,
        writer: Writer,
        learning: Learning | None = None,
    ) -> None:
        """``learning`` learns what is kept at once; without it, running services read the log."""
        self.turns = Turns() if learning is None else learning.turns
        self.selection = Selection(settings, reader)
        self._settings = settings
        self._caps = Caps(settings.sources, reader)
        self._reader = reader
        self._subjects = subjects
        self._writer = writer
        self._learning = learning

    async def take(self, said: Said, caller: Caller) -> FeedbackRecord:
        """Keep what was said, and learn from it before anybody is told so.

        What is another key's is refused as what was never made, here and below.

        Returns:
            The record that stands: the earlier one, if the idempotency key was used before.

        Raises:
            FeedbackError: It is refused; nothing was stored.
            StorageError: It could not be kept.
        """
        (taken,) = await self.take_all([said], caller)
        if not isinstance(taken, FeedbackRecord):
            raise taken
        return taken

    async def take_all(
        self, said: Sequence[Said], caller: Caller
    ) -> list[FeedbackRecord | FeedbackError | StorageError]:
        """Keep what can be kept, in one go; for each its record, or why there is none.

        Raises:
            StorageError: The log cannot be asked.
        """
        about = [id_ for each in said for id_ in (each.decision_id, each.against) if id_]
        known = await early.found(self._subjects, about, caller)
        records: list[FeedbackRecord | FeedbackError] = []
        async for some in self.turns.of(said, _AT_ONCE):
            records += [self._record(each, known, caller) for each in some]
        return await self._kept(records)

    async def take_of_session(
        self, session_id: str, said: Said, caller: Caller
    ) -> list[FeedbackRecord]:
        """Share what was said of a whole conversation out: each of its decisions gets a part.

        Raises:
            FeedbackError: It is refused; nothing was stored.
            StorageError: It could not be kept.
        """
        subjects = await self._subjects.of_session(session_id, caller)
        if not subjects:
            raise UnknownSession(session_id)
        known = {subject.id: subject for subject in subjects}
        records = [self._shared(said, id_, known, caller) for id_ in known]
        for record in records:
            if not isinstance(record, FeedbackRecord):
                raise record
        taken = await self._kept(records)
        kept = [record for record in taken if isinstance(record, FeedbackRecord)]
        if len(kept) < len(taken):
            raise next(error for error in taken if not isinstance(error, FeedbackRecord))
        return kept

    async def retract(self, feedback_id: str, caller: Caller) -> FeedbackRecord:
        """Take a word back; what it taught is unlearned.

        Raises:
            NothingToRetract: There is no such word of the caller's, or it does not stand.
            StorageError: It could not be kept.
        """
        word = await self._reader.standing_word(feedback_id, caller)
        if word is None or not (caller.operator or word.key == caller.key):
            raise NothingToRetract(feedback_id)
        taken_back = replace(
            word,
            id=clock.feedback_id(),
            at=clock.now(),
            retracts=True,
            given=msgspec.json.encode({"retracts": feedback_id}).decode(),
            comment=None,
            idempotency_key=None,
            key=caller.key,
        )
        (kept,) = await self._kept([taken_back])
        if not isinstance(kept, FeedbackRecord):
            raise kept
        return kept

    async def _kept(
        self, records: Sequence[FeedbackRecord | FeedbackError]
    ) -> list[FeedbackRecord | FeedbackError | StorageError]:
        """Write records, and learn from them."""
        fit = [record for record in records if isinstance(record, FeedbackRecord)]
        weighed = await self._caps.applied(await self.selection.applied(fit, self.turns))
        written = iter(await self._written(weighed))
        if self._learning is not None:
            await self._learning.catch_up()
        return [
            _standing(record, next(written)) if isinstance(record, FeedbackRecord) else record
            for record in records
        ]

    async def _written(
        self, records: Sequence[FeedbackRecord]
    ) -> list[FeedbackRecord | StorageError]:
        """Write records; what the first ones say is learned while others are written."""
        written: list[FeedbackRecord | StorageError] = []
        for first in range(0, len(records), PAGE):
            if self._learning is not None and any(map(_is_kept, written[-PAGE:])):
                self._learning.hasten()
            written += await self._writer.append_all_feedback(records[first : first + PAGE])
        return written

    def _record(
        self, said: Said, known: Mapping[str, Subject], caller: Caller
    ) -> FeedbackRecord | FeedbackError:
        try:
            return self._checked(said, known, caller)
        except FeedbackError as refusal:
            return refusal

    def _checked(self, said: Said, known: Mapping[str, Subject], caller: Caller) -> FeedbackRecord:
        first, second = _pair(said, known)
        source = source_of(said.source, first.route, caller, self._settings)
        metrics = self._settings.routes[first.route].metrics
        if said.metric not in metrics:
            raise UnknownMetric(said.metric, first.route, tuple(metrics))
        swapped = second is not None and second.id < first.id
        if swapped and second is not None:
            first, second = second, first
        return FeedbackRecord(
            id=clock.feedback_id(),
            decision_id=first.id,
            at=clock.now(),
            source=source,
            model=first.model,
            quality=1.0 - said.quality if swapped else said.quality,
            given=bytes(said.given).decode(),
            comment=said.comment,
            tags=said.tags,
            idempotency_key=caller.owned(said.idempotency_key),
            subject=first.id if second is None else f"{first.id}|{second.id}",
            metric=said.metric,
            against=None if second is None else second.id,
            against_model=None if second is None else second.model,
            weight=metrics[said.metric],
            rater=said.rater,
            key=caller.key,
        )

    def _shared(
        self, said: Said, decision_id: str, known: Mapping[str, Subject], caller: Caller
    ) -> FeedbackRecord | FeedbackError:
        """One decision's share of what was said of them all."""
        key = said.idempotency_key
        own = replace(
            said,
            decision_id=decision_id,
            idempotency_key=None if key is None else f"{key} {decision_id}",
        )
        record = self._record(own, known, caller)
        if not isinstance(record, FeedbackRecord):
            return record
        return replace(record, weight=record.weight / len(known))


def _pair(said: Said, known: Mapping[str, Subject]) -> tuple[Subject, Subject | None]:
    """What was rated, and what it was compared with."""
    if said.decision_id not in known:
        raise UnknownDecision(said.decision_id)
    first = known[said.decision_id]
    if said.against is None:
        return first, None
    if said.against not in known:
        raise UnknownDecision(said.against)
    second = known[said.against]
    if first.id == second.id:
        raise SameDecision
    if (first.route, first.prompt_hash) != (second.route, second.prompt_hash):
        raise DifferentPrompts
    return first, second


def _standing(
    record: FeedbackRecord, written: FeedbackRecord | StorageError
) -> FeedbackRecord | FeedbackError | StorageError:
    if isinstance(written, StorageError):
        return written
    if written.id != record.id and _words(written) != _words(record):
        return KeyReused()
    return written


def _is_kept(written: FeedbackRecord | StorageError) -> bool:
    return isinstance(written, FeedbackRecord)


def _words(record: FeedbackRecord) -> tuple[str, str, str, str]:
    return record.subject, record.source, record.metric, record.given
