"""Much feedback is written in groups, after what comes alone."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

from service.storage.engine import writing
from service.storage.records import FeedbackRecord
from service.storage.tail import Tail
from service.storage.writer import GROUP, Writer
from tests.service.replay import entries
from tests.service.storage import samples

pytestmark = pytest.mark.anyio


@contextmanager
def committed() -> Iterator[list[Connection]]:
    """Whose transactions are committed meanwhile, in whatever database."""
    commits = list[Connection]()
    note = commits.append
    event.listen(Engine, "commit", note)
    yield commits
    event.remove(Engine, "commit", note)


async def test_each_bad_row_of_much_feedback_is_told_its_own_fault(writer: Writer) -> None:
    await writer.append(samples.decision("d1"))
    good, off_scale = samples.rating("f1"), samples.rating("f2", quality=2.0)
    of_nobody = samples.rating("f3", "nobody")

    kept, *mixed = await writer.append_all_feedback([good, off_scale, of_nobody])
    alike = await writer.append_all_feedback([off_scale, of_nobody])

    assert kept == good
    assert [str(each) for each in alike] == [str(each) for each in mixed]
    assert len({str(each) for each in alike}) == 2


async def test_what_comes_alone_is_there_before_much_feedback(
    writer: Writer, engine: AsyncEngine
) -> None:
    await writer.append(samples.decision("d1"))
    many = [samples.rating(f"f{k}") for k in range(4 * GROUP)]
    feeding = asyncio.create_task(writer.append_all_feedback(many))
    await asyncio.sleep(0)
    await writer.append(samples.decision("d2"))
    early = entries(await Tail(engine).feedback_after(0, 1000))

    standing = await feeding
    late = entries(await Tail(engine).feedback_after(0, 1000))

    assert len(early) < len(many)
    assert standing == many
    assert [each.seq for each in late] == list(range(1, len(many) + 1))


async def test_what_comes_alone_waits_for_one_group_however_many_send_them(
    writer: Writer, engine: AsyncEngine
) -> None:
    await writer.append(samples.decision("d1"))
    feeding = [
        asyncio.create_task(
            writer.append_all_feedback([samples.rating(f"f{k} {j}") for j in range(80)])
        )
        for k in range(20)
    ]
    for _ in range(5):  # By then the first is being written, and the others wait.
        await asyncio.sleep(0)
    await writer.append(samples.decision("d2"))
    early = entries(await Tail(engine).feedback_after(0, 2000))
    await asyncio.gather(*feeding)

    assert len(early) < 400


async def test_what_comes_alone_joins_what_is_being_written(
    writer: Writer, engine: AsyncEngine
) -> None:
    with committed() as commits:
        async with writing(engine):
            first = asyncio.create_task(writer.append(samples.decision("d1")))
            for _ in range(5):  # By then it is being written, once this transaction is over.
                await asyncio.sleep(0)
            second = asyncio.create_task(writer.append(samples.decision("d2")))
            await asyncio.sleep(0)
        await asyncio.gather(first, second)

    assert len(commits) == 2


async def test_much_feedback_that_waits_is_committed_on_the_way_out(engine: AsyncEngine) -> None:
    async with Writer(engine) as writer:
        await writer.append(samples.decision("d1"))
        feeding = [
            asyncio.create_task(
                writer.append_all_feedback([samples.rating(f"f{k} {j}") for j in range(3)])
            )
            for k in range(50)
        ]
        await asyncio.sleep(0)
    kept = await asyncio.gather(*feeding)
    read = entries(await Tail(engine).feedback_after(0, 1000))

    assert all(isinstance(each, FeedbackRecord) for group in kept for each in group)
    assert len(read) == 150
