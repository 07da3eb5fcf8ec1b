"""Who is let in: a request with a key of this service, where there are keys."""

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from service.caller import Caller, Callers
from service.errors import NotOperator

Connection = ASGIConnection[BaseRouteHandler, Caller, object, State]


class Admission:
    """Middleware that puts the caller of a request into its scope, or refuses it."""

    def __init__(self, app: ASGIApp, callers: Callers) -> None:
        self._app = app
        self._callers = callers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass.

        Raises:
            InvalidApiKey: It has no key of this service.
        """
        scope["user"] = self._callers.of(scope["headers"])
        await self._app(scope, receive, send)


def caller_of(scope: Scope) -> Caller:
    """The caller of a request that was let in."""
    caller: Caller = scope["user"]
    return caller


async def operators_only(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard of what is about everybody's traffic.

    Raises:
        NotOperator: The caller's key is none of an operator.
    """
    caller = caller_of(connection.scope)
    if not caller.operator:
        raise NotOperator(caller.key)
