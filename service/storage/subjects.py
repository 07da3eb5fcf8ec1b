"""What feedback can be about: decisions, with the model whose answer was seen."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from service.caller import Caller
from service.gateway.result import HUNG_UP
from service.storage.ordered import ordered
from service.storage.rated import latest_outcome
from service.storage.tables import decisions, outcomes
from service.storage.transactions import reads
from service.storage.visible import seen_by, visible


class Subject(msgspec.Struct, frozen=True):
    """A decision that can be rated."""

    id: str
    route: str
    prompt_hash: str
    model: str
    """Who answered: the model of the latest successful outcome, or of the latest that the client
    hung up on, of which it may have read much; or else the one that was chosen."""


class Subjects:
    """Looks decisions up for those who rate them; raises `StorageError` when it cannot."""

    def __init__(self, engine: AsyncEngine, page: int = 500) -> None:
        """``page``: how many ids are asked for at a time."""
        self._reads = reads(engine)
        self._page = page

    async def of(self, ids: Collection[str], caller: Caller) -> dict[str, Subject]:
        """The decisions with these ids, by id; those that there are for a caller."""
        asked, seen = sorted(set(ids)), seen_by(caller)
        found: dict[str, Subject] = {}
        for start in range(0, len(asked), self._page):
            page = {"ids": asked[start : start + self._page], **seen}
            found |= await self._reads.run(partial(_by_id, page))
        return found

    async def of_session(self, session_id: str, caller: Caller) -> list[Subject]:
        """The decisions of a conversation that named its session, in their order."""
        asked = {"session": session_id, **seen_by(caller)}
        rows = await self._reads.run(
            lambda connection: connection.execute(_OF_SESSION, asked).all()
        )
        return [Subject(*row) for row in rows]


def _by_id(asked: Mapping[str, object], connection: Connection) -> dict[str, Subject]:
    found = [Subject(*row) for row in connection.execute(_BY_ID, asked).all()]
    return {subject.id: subject for subject in found}


_left = outcomes.alias("left")
_LATEST_LEFT = (
    select(func.max(_left.c.seq))
    .where(_left.c.decision_id == decisions.c.id)
    .where(_left.c.status == "cancelled", _left.c.reason == HUNG_UP)
    .scalar_subquery()
)
_SERVED = func.coalesce(latest_outcome(), _LATEST_LEFT)
_SUBJECT: Select[Any] = select(
    *ordered(
        Subject,
        *decisions.c["id", "route", "prompt_hash"],
        func.coalesce(outcomes.c.model, decisions.c.chosen).label("model"),
    )
).join_from(decisions, outcomes, outcomes.c.seq == _SERVED, isouter=True)
_BY_ID = _SUBJECT.where(decisions.c.id.in_(bindparam("ids", expanding=True)), visible())
_OF_SESSION = (
    _SUBJECT.where(decisions.c.conversation == bindparam("session"))
    .where(decisions.c.session_id == bindparam("session"), visible())
    .order_by(decisions.c.seq)
)
