"""The real service, started as a user starts it: a process of its own on loopback."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.demo.processes import free_port, listening


@dataclass(frozen=True, slots=True)
class Live:
    """A running service."""

    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """Kill -9."""
        self.process.kill()
        self.process.wait()


@contextmanager
def served(
    document: str, folder: Path, told: Path | None = None, /, **environment: str
) -> Iterator[Live]:
    """Serve a configuration until the block ends, with these variables beside its own.

    Whatever it prints is added to the file ``told``, where there is one.
    """
    config = folder / "pointsman.yaml"
    config.write_text(document, encoding="utf-8")
    port = free_port()
    command = [sys.executable, "-m", "service.cli", "serve", "--config", str(config)]
    output = None if told is None else told.open("ab")
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        env=os.environ | environment,
        stdout=output,
        stderr=output,
    )
    try:
        listening(port)
        yield Live(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(timeout=30)
        if output is not None:
            output.close()
