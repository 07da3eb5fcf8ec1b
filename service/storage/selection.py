"""Answers that could have been rated, and who did: what the chance of a rating is learned from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import RowMapping, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.arrays import Matrix, Vector
from service.storage.engine import reading
from service.storage.quarantines import audible
from service.storage.rated import called, latest_outcome
from service.storage.records import DUEL
from service.storage.tables import decisions, feedback, outcomes
from service.storage.words import context, stands

Voice = tuple[str, str]
"""A source, and the metric it speaks by."""

_PAGE = 100
"""Rows made into objects at once: about a millisecond, between which requests have their turn."""

_BEYOND = 2**62


@dataclass(frozen=True, slots=True)
class Answered:
    """Decisions whose answers somebody may have seen; a place in each is of the same one."""

    context_version: str
    contexts: Sequence[Matrix]
    """Some decisions' at a time, of shape ``(n, d)``."""

    models: Sequence[str]
    """Who answered, or else who was chosen."""

    rated_by: Sequence[frozenset[Voice]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked in a decision, and on which route."""

    route: str
    context_version: str
    context: Vector
    """Shape ``(d,)``."""


async def answered(engine: AsyncEngine, route: str, before: datetime, most: int) -> Answered | None:
    """Read a route's latest decisions until a time, the latest first, in one transaction.

    All have contexts of one version, that of the route's last decision. Calls that failed are not
    among them, for nobody could rate them, nor are second answers of duels. Words that do not
    stand, or are in quarantine, count as never said. Without a decision there is nothing.

    Raises:
        StorageError: The database cannot be asked.
    """
    asked, below = {"route": route, "before": before}, _BEYOND
    contexts, models, rated_by = list[Matrix](), list[str](), list[frozenset[Voice]]()
    version = ""
    async with reading(engine) as connection:
        while len(models) < most:
            page = {**asked, "below": below, "limit": min(_PAGE, most - len(models))}
            rows = list((await connection.execute(_ANSWERED, page)).mappings())
            if not rows:
                break
            ids = {"ids": [row["id"] for row in rows]}
            words = list((await connection.execute(_WORDS, ids)).mappings())
            contexts.append(np.stack([row["context"] for row in rows]))
            models += [row["model"] for row in rows]
            rated_by += _rated_by(ids["ids"], words)
            below, version = rows[-1]["seq"], rows[0]["context_version"]
    return Answered(version, contexts, models, rated_by) if models else None


async def asked_in(engine: AsyncEngine, ids: Collection[str]) -> dict[str, Asked]:
    """Look up what was asked in decisions, by their ids.

    Raises:
        StorageError: The database cannot be asked.
    """
    found, wanted = dict[str, Asked](), sorted(set(ids))
    async with reading(engine) as connection:
        for start in range(0, len(wanted), _PAGE):
            page = {"ids": wanted[start : start + _PAGE]}
            for row in (await connection.execute(_ASKED, page)).mappings():
                found[row["id"]] = Asked(row["route"], row["context_version"], row["context"])
    return found


def _rated_by(ids: Sequence[str], words: Sequence[RowMapping]) -> list[frozenset[Voice]]:
    said: Mapping[str, set[Voice]] = {id_: set() for id_ in ids}
    for word in words:
        said[word["subject"]].add((word["source"], word["metric"]))
    return [frozenset(said[id_]) for id_ in ids]


_served, _last = outcomes.alias("served"), decisions.alias("last")
_VERSION = (
    select(_last.c.context_version)
    .where(_last.c.route == bindparam("route"))
    .order_by(_last.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)

_ANSWERED: Any = (
    select(
        *decisions.c["seq", "id", "context_version"],
        func.coalesce(_served.c.model, decisions.c.chosen).label("model"),
        context(),
    )
    .select_from(decisions)
    .outerjoin(_served, _served.c.seq == latest_outcome())
    .where(decisions.c.route == bindparam("route"), decisions.c.seq < bindparam("below"))
    .where(decisions.c.at <= bindparam("before", type_=decisions.c.at.type))
    .where(decisions.c.context_version == _VERSION, decisions.c.policy != DUEL)
    .where(or_(_served.c.seq.is_not(None), ~called()))
    .order_by(decisions.c.seq.desc())
    .limit(bindparam("limit"))
)

_WORDS: Any = (
    select(*feedback.c["subject", "source", "metric"])
    .where(feedback.c.subject.in_(bindparam("ids", expanding=True)))
    .where(feedback.c.against.is_(None), stands(), audible(feedback))
)

_ASKED: Any = select(*decisions.c["id", "route", "context_version"], context()).where(
    decisions.c.id.in_(bindparam("ids", expanding=True))
)
