"""Long work gives way to requests, and is done all the same."""

import asyncio
from collections.abc import Coroutine, Sequence

import pytest

from bandit.steps import Steps
from service.turns import Turns

pytestmark = pytest.mark.anyio


async def worked(turns: Turns, done: list[int], entries: Sequence[int] = range(7)) -> None:
    async for some in turns.of(entries, 2):
        done.extend(some)


async def rounds(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def watched(work: Coroutine[object, object, None], done: Sequence[int]) -> list[int]:
    """How much was done each time the event loop came round, until all was."""
    at, working = list[int](), asyncio.create_task(work)
    while not working.done():
        at.append(len(done))
        await asyncio.sleep(0)
    return at


async def test_others_have_their_turn_before_every_piece() -> None:
    done = list[int]()
    at = await watched(worked(Turns(), done), done)

    assert done == list(range(7))
    assert all(at.count(count) >= 4 for count in (0, 2, 4, 6))


async def test_what_is_one_piece_does_not_wait() -> None:
    turns, done = Turns(patience_seconds=600.0), list[int]()
    with turns.pressing():
        work = asyncio.create_task(worked(turns, done, [1, 2]))
        await rounds(5)
        meanwhile = list(done)
    await work

    assert meanwhile == [1, 2]


async def test_work_waits_while_someone_presses_and_goes_on_after() -> None:
    turns, done = Turns(patience_seconds=600.0), list[int]()
    with turns.pressing():
        with turns.pressing():
            work = asyncio.create_task(worked(turns, done))
            await rounds(20)
        await rounds(20)
        meanwhile = list(done)
    await rounds(20)
    after = list(done)
    await work

    assert meanwhile == []
    assert after
    assert done == list(range(7))


async def test_work_waits_for_whoever_presses_while_others_have_their_turn() -> None:
    turns, done = Turns(patience_seconds=600.0), list[int]()
    work = asyncio.create_task(worked(turns, done))
    await rounds(2)
    with turns.pressing():
        await rounds(20)
        meanwhile = list(done)
    await work

    assert meanwhile == []
    assert done == list(range(7))


def stepping(done: list[int], steps: int = 7) -> Steps[None]:
    for step in range(steps):
        if step:
            yield
        done.append(step)


async def test_others_have_their_turn_between_two_steps() -> None:
    done = list[int]()
    at = await watched(Turns().through(stepping(done)), done)

    assert done == list(range(7))
    assert all(at.count(count) >= 4 for count in range(1, 7))


async def test_what_is_one_step_does_not_wait() -> None:
    turns, done = Turns(patience_seconds=600.0), list[int]()
    with turns.pressing():
        await turns.through(stepping(done, 1))

    assert done == [0]


async def test_nothing_is_left_half_done_where_the_caller_is_cancelled() -> None:
    turns, done = Turns(patience_seconds=600.0), list[int]()
    with turns.pressing():
        work = asyncio.create_task(turns.through(stepping(done)))
        await rounds(20)
        meanwhile = list(done)
        work.cancel()
        await asyncio.wait([work])

    assert meanwhile == [0]
    assert work.cancelled()
    assert done == list(range(7))


async def test_all_steps_together_wait_no_longer_than_one_piece() -> None:
    turns, done = Turns(patience_seconds=0.01), list[int]()
    with turns.pressing():
        at = await watched(turns.through(stepping(done)), done)

    assert done == list(range(7))
    assert all(at.count(count) < 20 for count in range(2, 7))


async def test_work_is_done_however_long_someone_presses() -> None:
    turns, done = Turns(patience_seconds=0.001), list[int]()
    with turns.pressing():
        await asyncio.gather(*(worked(turns, done) for _ in range(3)))

    assert sorted(done) == sorted(3 * list(range(7)))
