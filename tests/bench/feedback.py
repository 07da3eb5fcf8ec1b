"""What much feedback costs the decisions that are made meanwhile.

It is sent from a process of its own: one client must not wait for another.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor

import aiohttp
import msgspec
import numpy as np

from tests.bench.http import service
from tests.bench.load import cpu_seconds

_BAR = 5000
"""Ratings a second that are to be kept."""

_OFFERED = 5500
"""Ratings a second that are sent. More than the bar: the time that the last of them take counts
too, so that a service that keeps up with all that is sent seems to keep somewhat less."""

_ROWS = 500
_AT_ONCE = 8
"""Decisions in flight while those are made that are to be rated."""

_SENDERS = 2
"""Batches in flight."""

_SOURCES = ("user", "judge")
_PAUSE_SECONDS = 0.01
"""Between one decision and the next."""

_ASKED = {"model": "auto", "prompt": "How would one explain this topic? " * 10}


def rows(repeats: int, seconds: float) -> Iterator[tuple[str, str, str, str]]:
    """Ratings a second that were kept and learned, and the p99 of a decision with and without."""
    apart = multiprocessing.get_context("spawn")
    with service() as (url, process), ProcessPoolExecutor(1, apart) as rater:
        measured = [
            asyncio.run(_measured(url, process.pid, seconds, rater)) for _ in range(repeats)
        ]
    rate, cpu, alone, meanwhile = np.median(measured, axis=0)
    yield "/v1/feedback/batch, kept and learned", f"{rate:.0f}", "ratings/s", f"≥ {_BAR}"
    yield "processor time a rating, all told", f"{cpu * 1e6:.0f}", "µs", ""
    yield "/v1/route alone, p99", f"{alone * 1e3:.1f}", "ms", ""
    yield "/v1/route meanwhile, p99", f"{meanwhile * 1e3:.1f}", "ms", f"≤ {2e3 * alone:.1f}"


async def _measured(
    url: str, pid: int, seconds: float, rater: Executor
) -> tuple[float, float, float, float]:
    """What much feedback costs.

    Returns:
        Ratings a second; seconds of the service's processor time for each, with the decisions
        made meanwhile; and the p99 of a decision before them and beside them, in seconds.
    """
    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession(url) as session:
        await loop.run_in_executor(rater, _rate, url, [], 0.0)  # It starts before it counts.
        batches = await _batches(session, int(_OFFERED * seconds) + _SENDERS * _ROWS)
        alone = await _p99(session, seconds)
        before = cpu_seconds(pid)
        rating = loop.run_in_executor(rater, _rate, url, batches, seconds)
        meanwhile = await _p99(session, seconds)
        rate = await rating
        return rate, (cpu_seconds(pid) - before) / (rate * seconds), alone, meanwhile


async def _batches(session: aiohttp.ClientSession, count: int) -> list[bytes]:
    """Batches of ratings, none of which corrects another."""
    ids: list[str] = []

    async def decide() -> None:
        while len(ids) * len(_SOURCES) < count:
            ids.append(await _decide(session))

    await asyncio.gather(*(decide() for _ in range(_AT_ONCE)))
    said = [
        {"decision_id": id_, "source": source, "score": n % 7 / 6}
        for source in _SOURCES
        for n, id_ in enumerate(ids)
    ]
    encoder = msgspec.json.Encoder()
    batches = [said[first : first + _ROWS] for first in range(0, count, _ROWS)]
    return [encoder.encode_lines(batch) for batch in batches]


async def _decide(session: aiohttp.ClientSession) -> str:
    async with session.post("/v1/route", json=_ASKED) as answer:
        answer.raise_for_status()
        return str((await answer.json())["decision_id"])


async def _p99(session: aiohttp.ClientSession, seconds: float) -> float:
    taken: list[float] = []
    until = time.perf_counter() + seconds
    while (began := time.perf_counter()) < until:
        await _decide(session)
        taken.append(time.perf_counter() - began)
        await asyncio.sleep(_PAUSE_SECONDS)
    return float(np.percentile(taken, 99))


def _rate(url: str, batches: Sequence[bytes], seconds: float) -> float:
    """Send batches no faster than offered, some at once; gives the ratings kept a second."""
    return asyncio.run(_rated(url, iter(batches), seconds))


async def _rated(url: str, batches: Iterator[bytes], seconds: float) -> float:
    began, sent = time.perf_counter(), 0

    async def send(session: aiohttp.ClientSession) -> None:
        nonlocal sent
        while (now := time.perf_counter() - began) < seconds:
            due, sent = sent / _OFFERED, sent + _ROWS
            await asyncio.sleep(due - now)
            async with session.post("/v1/feedback/batch", data=next(batches)) as answer:
                answer.raise_for_status()
                await answer.read()

    async with aiohttp.ClientSession(url) as session:
        await asyncio.gather(*(send(session) for _ in range(_SENDERS)))
    return sent / (time.perf_counter() - began)
