"""Feedback that arrives before its decision can be seen here: another replica is committing it."""

import asyncio
from collections.abc import Collection

from service import clock
from service.caller import Caller
from service.storage.reader import Reader
from service.storage.subjects import Subject, Subjects

_WAITS_SECONDS = (0.02, 0.04, 0.08, 0.16, 0.3, 0.5, 0.8)
"""Between one look and the next; together a little less than two seconds."""

_RECENT_SECONDS = 60.0
"""Older decisions are committed by now, if ever; clocks may differ by as much."""


async def found(subjects: Subjects, ids: Collection[str], caller: Caller) -> dict[str, Subject]:
    """Look decisions up, and those that may yet appear again, until they do or time is up.

    Another key's decision never appears, and is waited for as long as one that was never made.

    Raises:
        StorageError: The log cannot be asked.
    """
    known = await subjects.of(ids, caller)
    for wait in _WAITS_SECONDS:
        missing = [id_ for id_ in ids if id_ not in known and _is_recent(id_)]
        if not missing:
            break
        await asyncio.sleep(wait)
        known |= await subjects.of(missing, caller)
    return known


async def answer(reader: Reader, decision_id: str, *, is_awaited: bool) -> str | None:
    """Look up what was answered; where it is awaited, until it appears or time is up.

    A stream is kept when it has ended, which its client may know first.

    Raises:
        StorageError: The log cannot be asked.
    """
    kept = await reader.answer(decision_id)
    for wait in _WAITS_SECONDS:
        if kept is not None or not is_awaited or not _is_recent(decision_id):
            break
        await asyncio.sleep(wait)
        kept = await reader.answer(decision_id)
    return kept


def _is_recent(decision_id: str) -> bool:
    at = clock.decided_at(decision_id)
    return at is not None and abs((clock.now() - at).total_seconds()) < _RECENT_SECONDS
