"""Free ports, processes that listen on them, and waiting until they do."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bandit.errors import ConfigError

HOST = "127.0.0.1"
_PATIENCE_SECONDS = 30.0


@contextmanager
def provider() -> Iterator[str]:
    """The simulated models, in a process of their own; its base URL."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "service.demo.provider", str(port)])  # noqa: S603
    try:
        listening(port)
        yield f"http://{HOST}:{port}/v1"
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def check_free(port: int) -> None:
    """Make sure that a port can be listened on.

    Raises:
        ConfigError: It is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise ConfigError(
                f"port {port} is taken", "stop what listens there, or give another --port"
            ) from error


def listening(port: int) -> None:
    """Return once something accepts connections.

    Raises:
        ConfigError: Nothing does, for half a minute.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection((HOST, port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise ConfigError(f"nothing answers on port {port}", "look at what was printed before this")
