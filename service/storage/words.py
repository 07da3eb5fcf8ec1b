"""The words of the feedback log, and which of them stands.

A word is what one source says of one subject (a decision, or two beside each other) by one metric;
a later one takes its place. Words in quarantine are passed over, as though they had never been.
"""

from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    func,
    select,
    type_coerce,
)

from feedback.entry import Judged
from service.storage.columns import CandidateModels, Floats
from service.storage.ordered import ordered
from service.storage.quarantines import audible
from service.storage.tables import decisions, feedback, outcomes


def stands() -> ColumnElement[bool]:
    """Whether a row of the feedback log is a word that nothing has taken the place of."""
    later = feedback.alias("later")
    said_again = select(later.c.seq).where(
        _same_word(later), later.c.seq > feedback.c.seq, audible(later)
    )
    return and_(~said_again.exists(), ~feedback.c.retracts)


def context() -> ColumnElement[Any]:
    """The decision's context, as the policies compute with it."""
    return type_coerce(decisions.c.context, Floats(np.float64)).label("context")


def _same_word(other: FromClause) -> ColumnElement[bool]:
    """Whether another row is of the same source and metric, on the same subject."""
    return and_(*(other.c[name] == feedback.c[name] for name in ("subject", "source", "metric")))


def _latest_outcome() -> ColumnElement[int | None]:
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


JUDGED: Select[Any] = (
    select(
        *ordered(
            Judged,
            *feedback.c["seq", "decision_id", "model", "source", "metric", "quality", "weight"],
            *feedback.c["retracts", "against_model", "at"],
            *decisions.c["route", "context_version", "chosen", "propensity"],
            *decisions.c["cost_weight", "latency_weight"],
            *outcomes.c["cost_usd", "latency_seconds"],
            context(),
            type_coerce(decisions.c.candidates, CandidateModels()).label("candidates"),
        )
    )
    .join_from(feedback, decisions, feedback.c.decision_id == decisions.c.id)
    .outerjoin(outcomes, outcomes.c.seq == _latest_outcome())
    .where(feedback.c.seq > bindparam("after"), audible(feedback))
    .order_by(feedback.c.seq)
    .limit(bindparam("limit"))
)
"""Of each entry what a `Judged` is made of, but for the words that came before it."""
