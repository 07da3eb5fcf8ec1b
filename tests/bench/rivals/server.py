"""Starts a gateway that has an HTTP server, and measures it from outside."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from service.demo.processes import free_port, listening
from tests.bench.load import Loaded, cpu_seconds, load


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of load, and the processor time that the gateway took for it."""

    loaded: Loaded
    cpu_seconds: float


Measure = Callable[[int, float], Measured]
"""Takes connections and seconds."""


@dataclass(frozen=True, slots=True)
class Server:
    """How a gateway is started, and what it wants to be asked with."""

    command: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    @contextmanager
    def running(self, port: int) -> Iterator[Measure]:
        """Run it until the block ends; it listens on this port."""
        environment = os.environ | self.environment
        nowhere = subprocess.DEVNULL
        with subprocess.Popen(
            self.command, env=environment, stdout=nowhere, stderr=nowhere
        ) as process:
            try:
                listening(port)
                yield self._measure(f"http://127.0.0.1:{port}/v1/chat/completions", process.pid)
            finally:
                process.terminate()

    def _measure(self, url: str, pid: int) -> Measure:
        asked = {"model": "auto", "messages": [{"role": "user", "content": "Hello"}]}
        httpx.post(url, json=asked, headers=self.headers, timeout=30).raise_for_status()

        def measure(connections: int, seconds: float) -> Measured:
            before = cpu_seconds(pid)
            loaded = load(url, "auto", connections, seconds, self.headers)
            return Measured(loaded, cpu_seconds(pid) - before)

        return measure


@contextmanager
def provider() -> Iterator[str]:
    """The fast provider, in a process of its own; its base URL."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.provider", str(port)]
    with subprocess.Popen(command) as process:
        try:
            listening(port)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for a configuration, and for what a gateway writes."""
    with tempfile.TemporaryDirectory(prefix="pointsman-bench-") as name:
        yield Path(name)


def written(document: str, path: Path) -> str:
    """Write a configuration; gives its path."""
    path.write_text(document, encoding="utf-8")
    return str(path)
