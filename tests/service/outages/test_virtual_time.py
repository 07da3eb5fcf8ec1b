import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import pytest

from tests.service.outages.virtual_time import VirtualTime


def run(main: Coroutine[Any, Any, float]) -> float:
    with asyncio.Runner(loop_factory=VirtualTime) as runner:
        return runner.run(main)


def virtual_time() -> VirtualTime:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualTime)
    return loop


def test_an_hour_of_sleep_takes_an_hour_on_the_clock_and_none_on_the_wall() -> None:
    async def sleep() -> float:
        await asyncio.sleep(3600)
        return virtual_time().time()

    began = time.monotonic()

    assert run(sleep()) == pytest.approx(3600)
    assert time.monotonic() - began < 5


def test_timers_run_out_in_their_order() -> None:
    async def race() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10):
                await asyncio.sleep(20)
        return virtual_time().time()

    assert run(race()) == pytest.approx(10)


def test_the_clock_stands_still_while_a_thread_works() -> None:
    async def work() -> float:
        loop = virtual_time()
        timer = asyncio.create_task(asyncio.sleep(60))
        with loop.standing_still():
            await asyncio.to_thread(time.sleep, 0.05)
        assert loop.time() == 0
        stored = loop.run_in_executor(None, time.sleep, 0.05)
        loop.stand_still_until(stored)
        await stored
        assert loop.time() == 0
        await timer
        return loop.time()

    assert run(work()) == pytest.approx(60)
