"""What other sources had said of an answer when a word on it was taken."""

from collections import defaultdict
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, select

from feedback.entry import Judged, Word
from service.storage.quarantines import audible
from service.storage.tables import feedback

Row = dict[str, Any]
"""Of a result, by the columns' names."""

_Answer = tuple[str, str]
"""A subject, and the metric that it is judged by."""


def judged_beside(rows: Iterable[Row], words: Iterable[Row]) -> list[Judged]:
    """Entries of the feedback log, each with what stood of others then beside it.

    Args:
        rows: What `JUDGED` gives of a stretch of the log, in its order.
        words: What `WORDS` gives of the same stretch.
    """
    said = defaultdict[_Answer, list[Row]](list)
    for word in sorted(words, key=itemgetter("seq")):
        said[word["subject"], word["metric"]].append(word)
    return [
        Judged(**row, beside=_standing(row, said[row["decision_id"], row["metric"]]))
        for row in rows
    ]


def _standing(judged: Row, said: Iterable[Row]) -> tuple[Word, ...]:
    if judged["against_model"] is not None:
        return ()
    latest = {word["source"]: word for word in said if word["seq"] < judged["seq"]}
    latest.pop(judged["source"], None)
    return tuple(
        Word(source, word["quality"], word["weight"])
        for source, word in sorted(latest.items())
        if not word["retracts"]
    )


_stretch = feedback.alias("stretch")

WORDS = select(
    *feedback.c["subject", "metric", "seq", "source", "quality", "weight", "retracts"]
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
