"""What other sources had said of an answer when a word on it was taken."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Select, bindparam, select

from feedback.entry import Judged, Word
from service.storage.ordered import Row, ordered
from service.storage.quarantines import audible
from service.storage.tables import feedback


class _Said(msgspec.Struct, frozen=True):
    """One word on an answer."""

    seq: int
    subject: str
    metric: str
    source: str
    quality: float
    weight: float
    retracts: bool


def judged_beside(rows: Iterable[Row], words: Iterable[Row]) -> list[Judged]:
    """Entries of the feedback log, each with what stood of others then beside it.

    Args:
        rows: What `JUDGED` gives of a stretch of the log, in its order.
        words: What `WORDS` gives of the same stretch.
    """
    said = defaultdict[tuple[str, str], list[_Said]](list)
    for word in sorted((_Said(*row) for row in words), key=lambda word: word.seq):
        said[word.subject, word.metric].append(word)
    return [Judged(*(*row, _standing(row, said[row.decision_id, row.metric]))) for row in rows]


def _standing(judged: Row, said: Iterable[_Said]) -> tuple[Word, ...]:
    if judged.against_model is not None:
        return ()
    latest = {word.source: word for word in said if word.seq < judged.seq}
    latest.pop(judged.source, None)
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
    feedback.c.subject == feedback.c.decision_id,
    audible(feedback),
)
"""All words on the answers that a stretch of the log is about, up to its end, in any order.

Of a preference the subject is two decisions; that it is compared with another could be asked too,
but SQLite would then go through everything that is no preference.
"""
