"""Calls a second model when the first is slow; who answers first is taken."""

import asyncio
from collections.abc import Iterable

from service.errors import CallFailed
from service.failover.attempts import Answered, Overtaken, T
from service.failover.walk import Walk
from service.gateway.result import HUNG_UP


async def hedged(walk: Walk[T], model: str, after_seconds: float) -> Answered[T]:
    """The answer of the model, or of those after it in the order, who are called too.

    Raises:
        CallFailed: The request is at fault, or everybody failed.
    """
    walkers = {asyncio.create_task(walk.go(model))}
    try:
        done, _ = await asyncio.wait(walkers, timeout=after_seconds)
        if not done and (other := walk.order.next()) is not None:
            walkers.add(asyncio.create_task(walk.go(other)))
        answered = await _first(walkers)
        await _stop(walkers)
    except BaseException:
        await asyncio.shield(_give_up(walk, walkers))
        raise
    return answered


async def _give_up(walk: Walk[T], walkers: Iterable["asyncio.Task[Answered[T]]"]) -> None:
    """Stop whoever still runs; an answer that is there already finds nobody."""
    await _stop(walkers)
    for walker in walkers:
        if not walker.cancelled() and walker.exception() is None:
            await walk.attempts.discard(walker.result(), HUNG_UP)


async def _first(walkers: Iterable["asyncio.Task[Answered[T]]"]) -> Answered[T]:
    running = set(walkers)
    while True:
        done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        failures = {walker: walker.exception() for walker in done}
        for walker, failure in failures.items():
            if failure is None:
                return walker.result()
        for failure in failures.values():
            if failure is not None and not (running and _may_wait(failure)):
                raise failure


def _may_wait(failure: BaseException) -> bool:
    """Whether another walker can still make up for it."""
    if isinstance(failure, CallFailed):
        return not failure.result.is_callers_fault
    return isinstance(failure, Overtaken)


async def _stop(walkers: Iterable["asyncio.Task[Answered[T]]"]) -> None:
    """Stop whoever still runs; returns when their calls are closed."""
    for walker in walkers:
        walker.cancel()
    await asyncio.wait(walkers)
    for walker in walkers:
        if not walker.cancelled():
            walker.exception()
