"""The words of the feedback log, and which of them stands.

A word is what one source says of one subject (a decision, or two beside each other) by one metric;
a later one takes its place. Words in quarantine are passed over, as though they had never been.
"""

from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, FromClause, and_, select, type_coerce

from service.storage.columns import Floats
from service.storage.quarantines import audible
from service.storage.tables import decisions, feedback


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
