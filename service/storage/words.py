"""The words of the feedback log, and which of them stands.

A word is what one source says of one subject (a decision, or two beside each other) by one metric;
a later one takes its place. Words in quarantine are passed over, as though they had never been.
"""

from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
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


def _previous_seq() -> ScalarSelect[int]:
    """Where the same source's word before stands, whatever it was."""
    earlier = feedback.alias("earlier")
    return (
        select(func.max(earlier.c.seq))
        .where(_same_word(earlier), earlier.c.seq < feedback.c.seq, audible(earlier))
        .scalar_subquery()
    )


def _first_seq() -> ScalarSelect[int]:
    """Where the word first came to stand: after it was last taken back, if ever."""
    first, taken = feedback.alias("first_word"), feedback.alias("taken")
    last_taken = (
        select(func.coalesce(func.max(taken.c.seq), 0))
        .where(_same_word(taken), taken.c.retracts, taken.c.seq < feedback.c.seq, audible(taken))
        .correlate(feedback)
        .scalar_subquery()
    )
    return (
        select(func.min(first.c.seq))
        .where(_same_word(first), first.c.seq > last_taken, audible(first))
        .scalar_subquery()
    )


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


_BEFORE = feedback.alias("before")

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
            _BEFORE.c.quality.label("previous"),
            _BEFORE.c.weight.label("previous_weight"),
            _first_seq().label("first_seq"),
        )
    )
    .join_from(feedback, decisions, feedback.c.decision_id == decisions.c.id)
    .outerjoin(outcomes, outcomes.c.seq == _latest_outcome())
    .outerjoin(_BEFORE, and_(_BEFORE.c.seq == _previous_seq(), ~_BEFORE.c.retracts))
    .where(feedback.c.seq > bindparam("after"), audible(feedback))
    .order_by(feedback.c.seq)
    .limit(bindparam("limit"))
)
"""Of each entry what a `Judged` is made of, but for what stood of others beside it."""
