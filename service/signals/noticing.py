"""What a request says of the answer before it: the pure part of signals."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from feedback.similarity import similarity
from service.settings import Route
from service.settings.signals import AskedAgain
from service.signals.memory import Answered, Memory
from service.signals.place import Place


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that a client did, and what it is taken to say."""

    name: str
    decision_id: str
    source: str
    quality: float
    words: tuple[str, str] | None = field(default=None, repr=False)
    """The user's message before and the new one, which must be alike."""

    least_similarity: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether the two messages are as much alike as they must be; may take its time."""
        if not self.least_similarity:
            return True
        return self.words is not None and similarity(*self.words) >= self.least_similarity


def noticed(
    place: Place, memory: Memory, routes: Mapping[str, Route], now: datetime
) -> Signal | None:
    """What a request that comes now says of an earlier answer, by that answer's own route."""
    again = memory.find(place.again)
    if again is not None:
        regenerated = routes[again.route].signals.regenerated
        if regenerated is None or not _is_within(again, now, regenerated.within_seconds):
            return None
        return Signal("regenerated", again.decision_id, regenerated.source, regenerated.quality)
    before = memory.find(place.before)
    if before is None or not before.is_certain:
        return None
    asked_again = routes[before.route].signals.asked_again
    if asked_again is None or not _is_within(before, now, asked_again.within_seconds):
        return None
    return _asked_again(before, asked_again, place)


def _asked_again(before: Answered, settings: AskedAgain, place: Place) -> Signal | None:
    if settings.similarity and place.words is None:
        return None
    return Signal(
        "asked_again",
        before.decision_id,
        settings.source,
        settings.quality,
        place.words if settings.similarity else None,
        settings.similarity,
    )


def answered(
    place: Place, memory: Memory, routes: Mapping[str, Route], given: Answered
) -> Answered:
    """An answer that was given now, as it is remembered.

    Where somebody else who began alike was answered a moment ago, nobody can tell whose answer the
    next message is about.
    """
    asked_again = routes[given.route].signals.asked_again
    other = memory.find(place.own[0]) if place.is_common else None
    if other is None or asked_again is None:
        return given
    seconds = asked_again.within_seconds
    return replace(given, is_certain=not _is_within(other, given.at, seconds))


def _is_within(answered: Answered, now: datetime, seconds: float) -> bool:
    return now - answered.at <= timedelta(seconds=seconds)
