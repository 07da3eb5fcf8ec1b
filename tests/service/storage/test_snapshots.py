import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.errors import StateError
from service.storage.engine import writing
from service.storage.snapshots import Snapshot, Snapshots
from service.storage.tables import snapshots
from tests.service.storage import samples

pytestmark = pytest.mark.anyio


def _snapshot(name: str, number: int) -> Snapshot:
    return Snapshot(name, number, number * 2, samples.NOON, f"state {number}".encode())


async def test_the_last_three_of_each_name_are_kept_newest_first(engine: AsyncEngine) -> None:
    store = Snapshots(engine)
    for number in range(5):
        await store.save(_snapshot("default", number))
    await store.save(_snapshot("other", 9))

    found = [snapshot async for snapshot in store.newest_first("default")]

    assert [each.feedback_seq for each in found] == [4, 3, 2]
    assert [each.outcome_seq for each in found] == [8, 6, 4]
    assert found[0].opened() == b"state 4"
    assert found[0].at == samples.NOON
    assert len([each async for each in store.newest_first("other")]) == 1
    assert [each async for each in store.newest_first("none")] == []


async def test_a_damaged_snapshot_says_so_and_the_one_before_it_serves(
    engine: AsyncEngine,
) -> None:
    store = Snapshots(engine)
    await store.save(_snapshot("default", 1))
    await store.save(_snapshot("default", 2))
    async with writing(engine) as connection:
        newest = snapshots.c.feedback_seq == 2
        await connection.execute(update(snapshots).where(newest).values(state=b"stale 2"))

    newest_one, older = [snapshot async for snapshot in store.newest_first("default")]

    with pytest.raises(StateError, match="is damaged"):
        newest_one.opened()
    assert older.opened() == b"state 1"
