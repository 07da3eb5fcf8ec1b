"""What a request costs over HTTP, against the demonstration's provider, each in its own process."""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import numpy as np

from service.demo.processes import free_port, listening, provider
from service.demo.settings import demo_document

_CONNECTIONS = (1, 32)
_BODY = {
    "model": "auto",
    "messages": [{"role": "user", "content": "How does one explain this topic? " * 14}],
}


def rows(repeats: int, seconds: float) -> Iterator[tuple[str, str, str, str]]:
    """Requests per second and latency at one and at 32 connections; memory at the end."""
    with service() as (url, process):
        for path in ("/v1/route", "/v1/chat/completions"):
            for connections in _CONNECTIONS:
                runs = [
                    asyncio.run(_load(url + path, connections, seconds)) for _ in range(repeats)
                ]
                rate, middle = np.median(runs, axis=0)
                what = f"{path}, {connections} connections"
                yield what, f"{rate:.0f}", "requests/s", ""
                yield f"{what}, p50", f"{middle * 1e3:.1f}", "ms", ""
        yield "memory of the service", f"{_memory_mib(process.pid):.0f}", "MiB", ""


async def _load(url: str, connections: int, seconds: float) -> tuple[float, float]:
    """Requests a second, and their median latency in seconds."""
    taken: list[float] = []
    until = time.perf_counter() + seconds
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def client() -> None:
            while (began := time.perf_counter()) < until:
                async with session.post(url, json=_BODY) as answer:
                    await answer.read()
                    answer.raise_for_status()
                taken.append(time.perf_counter() - began)

        await asyncio.gather(*(client() for _ in range(connections)))
    return len(taken) / seconds, float(np.median(taken))


@contextmanager
def service() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The service in front of the simulated models; its base URL and its process."""
    with tempfile.TemporaryDirectory() as folder, provider() as upstream:
        port = free_port()
        config = Path(folder) / "pointsman.yaml"
        config.write_text(demo_document(upstream, Path(folder)), encoding="utf-8")
        command = [sys.executable, "-m", "service.cli", "serve", "--config", str(config)]
        process = subprocess.Popen([*command, "--port", str(port)])
        try:
            listening(port)
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.terminate()
            process.wait()


def _memory_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
