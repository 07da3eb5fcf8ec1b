"""What was learned so far, kept so that a start need not replay the whole log."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.errors import StateError
from service.storage.engine import reading
from service.storage.tables import snapshots
from service.storage.transactions import writes

KEPT = 3
"""Snapshots kept of each name: the newest, and others to fall back to."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """State that holds everything up to two places in the log."""

    name: str
    feedback_seq: int
    """The last feedback that is in it."""

    outcome_seq: int
    """The last outcome that is in it."""

    at: datetime
    state: bytes

    sha256: str | None = None
    """Hexadecimal, of the state as it was saved; none before."""

    def opened(self) -> bytes:
        """Give the state.

        Raises:
            StateError: It is not what was saved.
        """
        if self.sha256 not in {None, _digest(self.state)}:
            raise StateError(
                f"the snapshot {self.name!r} of {self.at.isoformat()} is damaged",
                "an older one or a replay of the log stands in for it",
            )
        return self.state


class Snapshots:
    """Saves snapshots, and finds them again.

    Every method raises `StorageError` when the database does not do its part.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writes = writes(engine)

    async def save(self, snapshot: Snapshot) -> None:
        """Let go of the oldest snapshots of a name, and save another.

        One after the other, since whoever else writes waits for each; and in this order, so that
        they do not pile up where one of the two fails again and again.
        """
        digest = await asyncio.to_thread(_digest, snapshot.state)
        await self._writes.run(lambda connection: _let_go(connection, snapshot.name))
        await self._writes.run(lambda connection: _save(connection, snapshot, digest))

    async def newest_first(self, name: str) -> AsyncIterator[Snapshot]:
        """Give the snapshots of a name, one in memory at a time."""
        async with reading(self._engine) as connection:
            seqs = (await connection.execute(_seqs(name))).scalars().all()
        for seq in seqs:
            snapshot = await self._load(seq)
            if snapshot is not None:
                yield snapshot

    async def _load(self, seq: int) -> Snapshot | None:
        """Load one, unless another replica has let go of it since."""
        columns = snapshots.c["name", "feedback_seq", "outcome_seq", "at", "state", "sha256"]
        async with reading(self._engine) as connection:
            rows = await connection.execute(select(*columns).where(snapshots.c.seq == seq))
            row = rows.mappings().first()
        return None if row is None else Snapshot(**row)


def _let_go(connection: Connection, name: str) -> None:
    """Keep room for one more."""
    kept = _seqs(name).limit(KEPT - 1).subquery()
    connection.execute(
        delete(snapshots).where(
            snapshots.c.name == name, snapshots.c.seq.not_in(select(kept.c.seq))
        )
    )


def _save(connection: Connection, snapshot: Snapshot, digest: str) -> None:
    connection.execute(
        insert(snapshots).values(
            name=snapshot.name,
            feedback_seq=snapshot.feedback_seq,
            outcome_seq=snapshot.outcome_seq,
            at=snapshot.at,
            state=snapshot.state,
            sha256=digest,
        )
    )


def _seqs(name: str) -> Select[int]:
    return select(snapshots.c.seq).where(snapshots.c.name == name).order_by(snapshots.c.seq.desc())


def _digest(state: bytes) -> str:
    return hashlib.sha256(state).hexdigest()
