"""Whose feedback teaches nothing: quarantines, and what they silence."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from service.storage.engine import reading, writing
from service.storage.tables import feedback, quarantines


@dataclass(frozen=True, slots=True)
class Quarantine:
    """All words of a source, or of one of its raters, from some time on."""

    at: datetime
    source: str
    rater: str | None
    """None is everybody who speaks for the source."""

    since: datetime
    lifts: bool = False
    """Whether those of this source and rater that stood before stand no more."""


class Quarantines:
    """Imposes and lifts quarantines; every method raises `StorageError` where it cannot.

    Rows are only ever added. A quarantine silences words, those of before and those to come: they
    stay in the log, and whoever learns from it reads it as though they had never been there.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, quarantine: Quarantine) -> None:
        """Impose a quarantine, or lift all of its source and rater."""
        async with writing(self._engine) as connection:
            await connection.execute(insert(quarantines).values(**asdict(quarantine)))

    async def in_force(self) -> list[Quarantine]:
        """Give those that are not lifted, in the order they were imposed."""
        async with reading(self._engine) as connection:
            rows = (await connection.execute(_IN_FORCE)).mappings()
            return [Quarantine(**row) for row in rows]

    async def silenced(self) -> int:
        """Count the words that are not heard."""
        async with reading(self._engine) as connection:
            return (await connection.execute(_SILENCED)).scalar_one()


def audible(rows: FromClause) -> ColumnElement[bool]:
    """Whether no quarantine silences a row of the feedback log."""
    over = quarantines.alias()
    silences = select(over.c.seq).where(
        over.c.source == rows.c.source,
        over.c.rater.is_(None) | (over.c.rater == rows.c.rater),
        over.c.since <= rows.c.at,
        _stands(over),
    )
    return ~silences.exists()


def _stands(over: FromClause) -> ColumnElement[bool]:
    lifting = quarantines.alias()
    lifted = select(lifting.c.seq).where(
        lifting.c.source == over.c.source,
        lifting.c.rater.is_not_distinct_from(over.c.rater),
        lifting.c.seq > over.c.seq,
        lifting.c.lifts,
    )
    return and_(~over.c.lifts, ~lifted.exists())


_IN_FORCE = (
    select(*quarantines.c["at", "source", "rater", "since", "lifts"])
    .where(_stands(quarantines))
    .order_by(quarantines.c.seq)
)
_SILENCED: Select[int] = select(func.count()).where(~audible(feedback))

LATEST = select(func.coalesce(func.max(quarantines.c.seq), 0).label("seq"))
"""Where the log of quarantines ends: the same ones are in force for as long as this is the same."""
