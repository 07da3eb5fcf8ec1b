"""The demonstration: provider, service and clients, started together and stopped together."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from rich.console import Console
from rich.live import Live

from service.app import create_app
from service.demo.display import view
from service.demo.processes import HOST, check_free, free_port, listening, provider
from service.demo.settings import demo_settings
from service.demo.tally import Summary, Tally
from service.demo.traffic import drive
from service.serving import server

_CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """What to demonstrate."""

    port: int
    requests: int | None
    headless: bool


async def demonstrate(plan: Plan, console: Console) -> Summary:
    """Run the demonstration until its requests are sent, or until interrupted."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="pointsman-demo-") as folder, provider() as upstream:
        async with _service(upstream, Path(folder), plan.port) as (url, running):
            traffic = asyncio.create_task(drive(url, plan.requests, _CLIENTS, tally))
            if plan.headless:
                await _until(lambda: traffic.done() or running.should_exit)
            else:
                if not console.is_terminal:  # where nothing moves, the first view and the last
                    console.print(view(tally, url))
                with Live(view(tally, url), console=console, refresh_per_second=4) as live:
                    await _until(
                        lambda: _failed(traffic) or running.should_exit,
                        lambda: live.update(view(tally, url)),
                    )
            await _settle(traffic, interrupted=running.should_exit)
    return tally.summary()


async def _until(is_over: Callable[[], bool], meanwhile: Callable[[], None] = lambda: None) -> None:
    while not is_over():
        await asyncio.sleep(0.1)
        meanwhile()


async def _settle(traffic: asyncio.Task[None], *, interrupted: bool) -> None:
    """End the traffic; what went wrong in it matters unless it was interrupted."""
    traffic.cancel()
    await asyncio.wait({traffic})
    if _failed(traffic) and not interrupted:
        traffic.result()


def _failed(traffic: asyncio.Task[None]) -> bool:
    """Whether a task ended with an error."""
    return traffic.done() and not traffic.cancelled() and traffic.exception() is not None


@asynccontextmanager
async def _service(
    upstream: str, folder: Path, port: int
) -> AsyncIterator[tuple[str, uvicorn.Server]]:
    """The service, in this process: its base URL, and the server that an interrupt stops."""
    port = port or free_port()
    check_free(port)
    running = server(create_app(demo_settings(upstream, folder)), HOST, port)
    task = asyncio.create_task(running.serve())
    try:
        await asyncio.to_thread(listening, port)
        yield f"http://{HOST}:{port}", running
    finally:
        running.should_exit = True
        await task
