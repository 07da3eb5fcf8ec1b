"""Load by wrk, and what it costs the processes under it."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import msgspec

from bandit.errors import ConfigError

_SCRIPT = Path(__file__).with_name("wrk.lua")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Loaded(msgspec.Struct, frozen=True):
    """One run of load."""

    requests: int
    seconds: float
    p50_seconds: float
    failed: int = 0


def load(
    url: str, model: str, connections: int, seconds: float, headers: Mapping[str, str] | None = None
) -> Loaded:
    """Ask for completions as fast as they come, over so many connections.

    Raises:
        ConfigError: There is no wrk, or some request failed.
    """
    given = {"content-type": "application/json", **(headers or {})}
    sending = [part for name, text in given.items() for part in ("-H", f"{name}: {text}")]
    size = ("--threads", "1", "--connections", str(connections), "--duration", f"{seconds:.0f}s")
    command = [_wrk(), *size, "--timeout", "30s", "-s", str(_SCRIPT), *sending, url, "--", model]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    loaded = msgspec.json.decode(done.stdout.splitlines()[-1], type=Loaded)
    if loaded.failed:
        fact = f"{loaded.failed} of {loaded.requests} requests to {url} failed"
        raise ConfigError(fact, "send one by hand and read the answer")
    return loaded


def cpu_seconds(pid: int) -> float:
    """Seconds of processor time that a process and all below it have taken so far."""
    below = _children()
    waiting, ticks = [pid], 0
    while waiting:
        here = waiting.pop()
        waiting += below.get(here, [])
        user, system = _stat(here)[11:13]
        ticks += int(user) + int(system)
    return ticks / _TICKS_PER_SECOND


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        if told := _stat(pid):
            found.setdefault(int(told[1]), []).append(pid)
    return found


def _stat(pid: int) -> list[str]:
    """The fields of a process's ``stat`` after its name; none if it has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()


def _wrk() -> str:
    found = shutil.which("wrk")
    if found is None:
        raise ConfigError("there is no wrk to make load with", "apt-get install wrk")
    return found
