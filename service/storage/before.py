"""What had been said of an answer when a word on it was taken, by the same source and by others."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Select, bindparam, select

from feedback.entry import Judged, Word
from service.storage.ordered import Row, ordered
from service.storage.quarantines import audible
from service.storage.tables import feedback


class _Said(msgspec.Struct, frozen=True):
    """One word on an answer, or on two."""

    seq: int
    subject: str
    metric: str
    source: str
    quality: float
    weight: float
    retracts: bool


def judged_after(rows: Sequence[Row], words: Iterable[Row]) -> list[Judged]:
    """Entries of the feedback log, each with what stood before it.

    Args:
        rows: What `JUDGED` gives of a stretch of the log, in its order; one at least.
        words: What `WORDS` gives of the same stretch.
    """
    begin = rows[0].seq
    said = defaultdict[tuple[str, str], list[_Said]](list)
    for word in sorted((_Said(*row) for row in words), key=lambda word: word.seq):
        said[word.subject, word.metric].append(word)
    before = {word.seq: found for some in said.values() for word, found in _before(some, begin)}
    # Silenced since the rows were read, a word is missing here; nobody learns from them then.
    return [Judged(*row, *before.get(row.seq, (row.seq,))) for row in rows]


_Before = tuple[int, float | None, float | None, tuple[Word, ...]]
"""The last fields of a `Judged`."""


def _before(said: Iterable[_Said], begin: int) -> Iterator[tuple[_Said, _Before]]:
    """Each word from a place on with what came before it.

    Args:
        said: All on one subject by one metric, in their order.
        begin: The place.
    """
    latest, first = dict[str, _Said](), dict[str, int]()
    for word in said:
        own = latest.pop(word.source, None)
        if own is None or own.retracts:
            first[word.source], own = word.seq, None
        if word.seq >= begin:
            previous, weight = (None, None) if own is None else (own.quality, own.weight)
            yield word, (first[word.source], previous, weight, _standing(latest))
        latest[word.source] = word


def _standing(latest: Mapping[str, _Said]) -> tuple[Word, ...]:
    return tuple(
        Word(source, word.quality, word.weight)
        for source, word in sorted(latest.items())
        if not word.retracts
    )


_stretch = feedback.alias("stretch")

WORDS: Select[Any] = select(
    *ordered(
        _Said, *feedback.c["seq", "subject", "metric", "source", "quality", "weight", "retracts"]
    )
).where(
    feedback.c.subject.in_(
        select(_stretch.c.subject).where(
            _stretch.c.seq > bindparam("after"), _stretch.c.seq <= bindparam("last")
        )
    ),
    feedback.c.seq <= bindparam("last"),
    audible(feedback),
)
"""All words on what a stretch of the log is about, up to its end, in any order."""
