"""What other sources had said of an answer when a word on it was taken."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import bindparam, select
from sqlalchemy.engine import RowMapping

from feedback.entry import Judged, Word
from service.storage.quarantines import audible
from service.storage.tables import feedback

_Answer = tuple[str, str]
"""A subject, and the metric that it is judged by."""


def with_beside(judged: Iterable[Judged], words: Iterable[RowMapping]) -> list[Judged]:
    """Put beside each entry what stood of others then.

    Args:
        judged: Of the feedback log, in its order.
        words: What `WORDS` gives of the same stretch of it.
    """
    said = defaultdict[_Answer, list[RowMapping]](list)
    for word in words:
        said[word["subject"], word["metric"]].append(word)
    return [
        replace(one, beside=_standing(one, said[one.decision_id, one.metric])) for one in judged
    ]


def _standing(judged: Judged, said: Iterable[RowMapping]) -> tuple[Word, ...]:
    if judged.against_model is not None:
        return ()
    latest = {word["source"]: word for word in said if word["seq"] < judged.seq}
    return tuple(
        Word(source, word["quality"], word["weight"])
        for source, word in sorted(latest.items())
        if source != judged.source and not word["retracts"]
    )


_stretch = feedback.alias("stretch")

WORDS = (
    select(*feedback.c["subject", "metric", "seq", "source", "quality", "weight", "retracts"])
    .where(
        feedback.c.subject.in_(
            select(_stretch.c.subject).where(
                _stretch.c.seq > bindparam("after"), _stretch.c.seq <= bindparam("last")
            )
        ),
        feedback.c.seq <= bindparam("last"),
        feedback.c.against.is_(None),
        audible(feedback),
    )
    .order_by(feedback.c.seq)
)
"""All words on the answers that a stretch of the log is about, up to its end."""
