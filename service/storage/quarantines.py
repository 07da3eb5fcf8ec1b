"""Whose feedback teaches nothing: quarantines, and what they silence."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from service.storage.engine import reading, writing
from service.storage.tables import feedback, quarantines

_WHO = ("source", "rater", "key")


@dataclass(frozen=True, slots=True)
class Quarantine:
    """All words of a source, of one of its raters or with a key, from some time on."""

    at: datetime
    source: str | None
    """None is every source, where there is a key."""

    rater: str | None
    """None is everybody who speaks for the source."""

    since: datetime
    lifts: bool = False
    """Whether those of the same source, rater and key that stood before stand no more."""

    key: str | None = None
    """None is whatever came with any key, or with none."""

    @property
    def whose(self) -> tuple[str | None, str | None, str | None]:
        """Source, rater and key: lifted together."""
        return self.source, self.rater, self.key


class Quarantines:
    """Imposes and lifts quarantines; every method raises `StorageError` where it cannot.

    Rows are only ever added. A quarantine silences words, those of before and those to come: they
    stay in the log, and whoever learns from it reads it as though they had never been there.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, quarantine: Quarantine) -> None:
        """Impose a quarantine, or lift all of its source, rater and key."""
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
        *(over.c[who].is_(None) | (over.c[who] == rows.c[who]) for who in _WHO),
        over.c.since <= rows.c.at,
        _stands(over),
    )
    return ~silences.exists()


def _stands(over: FromClause) -> ColumnElement[bool]:
    lifting = quarantines.alias()
    lifted = select(lifting.c.seq).where(
        *(lifting.c[who].is_not_distinct_from(over.c[who]) for who in _WHO),
        lifting.c.seq > over.c.seq,
        lifting.c.lifts,
    )
    return and_(~over.c.lifts, ~lifted.exists())


_IN_FORCE = (
    select(*quarantines.c["at", "source", "rater", "since", "lifts", "key"])
    .where(_stands(quarantines))
    .order_by(quarantines.c.seq)
)
_SILENCED: Select[int] = select(func.count()).select_from(feedback).where(~audible(feedback))

LATEST = select(func.coalesce(func.max(quarantines.c.seq), 0).label("seq"))
"""Where the log of quarantines ends: the same ones are in force for as long as this is the same."""
