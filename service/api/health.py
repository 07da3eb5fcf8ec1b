"""``/health/live`` and ``/health/ready``: for those who start, stop and watch the service."""

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from service.learning import Learning
from service.storage.writer import Writer


class Health(msgspec.Struct, frozen=True):
    """Whether a part works."""

    status: str
    storage: str = "ok"
    learning: str = "ok"


@get("/health/live", summary="The process answers", tags=["health"])
async def live() -> Health:
    """Answers as long as the process does."""
    return Health("ok")


@get("/health/ready", summary="Requests can be routed and kept", tags=["health"])
async def ready(
    writer: NamedDependency[Writer], learning: NamedDependency[Learning]
) -> Response[Health]:
    """200 while decisions can be kept; 503 otherwise. Stalled learning is told, not fatal."""
    health = Health(
        status="ok" if writer.healthy else "unavailable",
        storage="ok" if writer.healthy else "the database does not take writes",
        learning="ok" if learning.healthy else "behind the log; routing goes on",
    )
    return Response(health, status_code=200 if writer.healthy else 503)
