"""What the fold reads of the feedback log: each word, its decision, and what was said before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    ScalarSelect,
    Select,
    bindparam,
    func,
    select,
    type_coerce,
)

from feedback.entry import Judged
from service.storage.before import Before, Heard, Said
from service.storage.columns import CandidateModels, vectors
from service.storage.ordered import Row, ordered
from service.storage.quarantines import audible
from service.storage.tables import decisions, feedback, outcomes

_WORD = Said.__struct_fields__


class Hearing:
    """Makes entries of the feedback log from its rows, each with what stood before it."""

    def __init__(self, earlier: Iterable[Row]) -> None:
        """``earlier``: what `EARLIER` gives of a stretch of the log."""
        self._heard = defaultdict[tuple[str, str], Heard](Heard)
        for word in sorted((Said(*row) for row in earlier), key=attrgetter("seq")):
            self._hear(word)

    def judged(self, rows: Sequence[Row]) -> list[Judged]:
        """Make the next entries, of what `JUDGED` gives of the same stretch: in its order, once."""
        judged = list[Judged]()
        for row, context in zip(rows, vectors([row[-1] for row in rows]), strict=True):
            before = self._hear(Said(*row[: len(_WORD)]))
            fields = (*row[1:-1], context, *before)
            judged.append(Judged(*fields))
        return judged

    def _hear(self, word: Said) -> Before:
        return self._heard[word.subject, word.metric].hear(word)


def _latest_outcome() -> ScalarSelect[Any]:
    """The `seq` of the latest successful outcome that was known when the feedback was taken.

    A later one would tell a replay more than the first reading was told.
    """
    ok = outcomes.alias("ok")
    return (
        select(func.max(ok.c.seq))
        .where(ok.c.decision_id == feedback.c.decision_id, ok.c.status == "ok")
        .where(ok.c.at <= feedback.c.at)
        .scalar_subquery()
    )


def _stored_context() -> ColumnElement[Any]:
    return type_coerce(decisions.c.context, LargeBinary).label("context")


JUDGED: Select[Any] = (
    select(
        feedback.c.subject,
        *ordered(
            Judged,
            *feedback.c["seq", "metric", "source", "quality", "weight", "retracts"],
            *feedback.c["decision_id", "model", "against_model"],
            *decisions.c["route", "context_version", "chosen", "propensity"],
            *decisions.c["cost_weight", "latency_weight"],
            *outcomes.c["cost_usd", "latency_seconds"],
            type_coerce(decisions.c.candidates, CandidateModels()).label("candidates"),
            _stored_context(),
        ),
    )
    .join_from(feedback, decisions, feedback.c.decision_id == decisions.c.id)
    .outerjoin(outcomes, outcomes.c.seq == _latest_outcome())
    .where(feedback.c.seq > bindparam("after"), audible(feedback))
    .order_by(feedback.c.seq)
    .limit(bindparam("limit"))
)
"""Of each entry its word, and the rest that a `Judged` is made of but for what came before it."""

_stretch = feedback.alias("stretch")

EARLIER: Select[Any] = select(*feedback.c[_WORD]).where(
    feedback.c.subject.in_(
        select(_stretch.c.subject).where(
            _stretch.c.seq > bindparam("after"), _stretch.c.seq <= bindparam("last")
        )
    ),
    feedback.c.seq <= bindparam("after"),
    audible(feedback),
)
"""All earlier words on what a stretch of the log is about, in any order."""
