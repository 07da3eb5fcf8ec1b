"""Which decisions there are for whom: its own for a key, all for operators.

What is another's is left out by the query that looks it up, so that nobody can tell it from what
was never there, not by the time it takes either.
"""

from sqlalchemy import Boolean, ColumnElement, bindparam, or_, select

from service.caller import Caller
from service.storage.tables import decisions


def visible() -> ColumnElement[bool]:
    """Whether a decision is there for the caller that a statement is executed for."""
    sees_all = bindparam("sees_all", type_=Boolean)
    return or_(sees_all, decisions.c.key == bindparam("callers_key"))


def is_visible(decision_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the decision with an id is."""
    return select(decisions.c.seq).where(decisions.c.id == decision_id, visible()).exists()


def seen_by(caller: Caller) -> dict[str, object]:
    """The parameters of a statement that is executed for a caller."""
    return {"sees_all": caller.operator, "callers_key": caller.key}
