import asyncio
from typing import Any

import pytest

from service.api.hanging_up import WhileConnected
from service.errors import ClientLeft

pytestmark = pytest.mark.anyio


async def connected() -> dict[str, Any]:
    await asyncio.sleep(30)
    return {"type": "http.disconnect"}


async def gone() -> dict[str, Any]:
    return {"type": "http.disconnect"}


async def test_what_ends_while_the_client_is_there_is_left_alone() -> None:
    async with WhileConnected(connected):
        await asyncio.sleep(0.2)
        done = True

    assert done


async def test_what_a_client_waits_for_no_more_is_cancelled() -> None:
    stopped = asyncio.Event()

    async def wait() -> None:
        async with WhileConnected(gone):
            try:
                await asyncio.sleep(30)
            finally:
                stopped.set()

    with pytest.raises(ClientLeft):
        await wait()

    assert stopped.is_set()
    await asyncio.sleep(0)


async def test_a_failure_of_its_own_stays_what_it_is() -> None:
    async def fail() -> None:
        async with WhileConnected(gone):
            await asyncio.sleep(0)
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        await fail()


async def test_a_cancellation_from_outside_stays_one() -> None:
    async def wait() -> None:
        async with WhileConnected(connected):
            await asyncio.sleep(30)

    task = asyncio.create_task(wait())
    await asyncio.sleep(0.2)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
