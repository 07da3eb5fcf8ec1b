"""What had been said of an answer when a word on it was taken, by the same source and by others."""

from collections.abc import Iterable
from operator import attrgetter

import msgspec

from feedback.entry import Word


class Said(msgspec.Struct, frozen=True):
    """One word on an answer, or on two: what it is about, and the first fields of a `Judged`."""

    subject: str
    seq: int
    metric: str
    source: str
    quality: float
    weight: float
    retracts: bool


Before = tuple[int, float | None, float | None, tuple[Word, ...]]
"""The last fields of a `Judged`."""


class Heard:
    """What was said of one subject by one metric so far."""

    __slots__ = ("_first", "_latest")

    def __init__(self) -> None:
        self._latest: dict[str, Said] = {}
        self._first: dict[str, int] = {}
        """Where each source's word first came to stand; a correction leaves it."""

    def hear(self, word: Said) -> Before:
        """Take the next word in; gives what came before it."""
        own = self._latest.pop(word.source, None)
        others = _standing(self._latest.values()) if self._latest else ()
        self._latest[word.source] = word
        if own is None or own.retracts:
            self._first[word.source] = word.seq
            return word.seq, None, None, others
        return self._first[word.source], own.quality, own.weight, others


def _standing(words: Iterable[Said]) -> tuple[Word, ...]:
    return tuple(
        Word(word.source, word.quality, word.weight)
        for word in sorted(words, key=attrgetter("source"))
        if not word.retracts
    )
