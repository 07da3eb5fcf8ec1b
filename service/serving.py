"""Runs the application on a socket: uvicorn with uvloop and httptools."""

import ipaddress
import logging
import os
import sys
from pathlib import Path

import structlog
import uvicorn
from litestar import Litestar

from service.app import create_app
from service.settings import Settings, load

_PATH_VARIABLE = "POINTSMAN_CONFIG"

_SWITCH_SECONDS = 0.001
"""After which a thread lets go of the interpreter when another wants it, in a process that is only
the service. A commit has a thread of its own, and wants it several times while requests wait."""

_log = structlog.get_logger(__name__)


def run(path: Path, host: str, port: int, workers: int) -> None:
    """Serve a configuration file until told to stop; every worker reads it for itself."""
    os.environ[_PATH_VARIABLE] = str(path)
    uvicorn.run(
        "service.serving:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        loop="uvloop",
        http="httptools",
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=30,
    )


def warn_if_open(settings: Settings, host: str) -> None:
    """Say so where anybody on the network may use the service."""
    if settings.keys or _is_loopback(host):
        return
    remedy = "give clients keys under keys:, or listen on 127.0.0.1"
    _log.warning("open_to_everybody", host=host, remedy=remedy)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def from_environment() -> Litestar:
    """The application of the file that `run` was given; for uvicorn's workers."""
    log_quietly()
    sys.setswitchinterval(_SWITCH_SECONDS)
    return create_app(load(Path(os.environ[_PATH_VARIABLE])))


def server(app: Litestar, host: str, port: int) -> uvicorn.Server:
    """A server for an application of this process, not started."""
    log_quietly()
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            loop="uvloop",
            http="httptools",
            log_level="warning",
            access_log=False,
            proxy_headers=False,
        )
    )


def log_quietly() -> None:
    """One line of JSON for each event; no line for each request."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(),
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)
