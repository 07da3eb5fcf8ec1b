"""The demonstration: provider, service and clients, started together and stopped together."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

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
        async with _service(upstream, Path(folder), plan.port) as url:
            if plan.headless:
                await drive(url, plan.requests, _CLIENTS, tally)
            else:
                await _show(plan, url, tally, console)
    return tally.summary()


async def _show(plan: Plan, url: str, tally: Tally, console: Console) -> None:
    """Go on serving, and showing, after the last request: until interrupted."""
    traffic = asyncio.create_task(drive(url, plan.requests, _CLIENTS, tally))
    live = Live(view(tally, url), console=console, refresh_per_second=4)
    with live, suppress(asyncio.CancelledError):
        while not (traffic.done() and traffic.exception()):
            await asyncio.sleep(0.25)
            live.update(view(tally, url))
    if not traffic.cancel():
        traffic.result()


@asynccontextmanager
async def _service(upstream: str, folder: Path, port: int) -> AsyncIterator[str]:
    """The service, in this process; its base URL."""
    port = port or free_port()
    check_free(port)
    running = server(create_app(demo_settings(upstream, folder)), HOST, port)
    task = asyncio.create_task(running.serve())
    try:
        await asyncio.to_thread(listening, port)
        yield f"http://{HOST}:{port}"
    finally:
        running.should_exit = True
        await task
