"""Errors in Anthropic's shape: the same facts and remedies, for clients that read no other."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from bandit.errors import PointsmanError
from service.api import errors

_Raised = TypeVar("_Raised", bound=Exception)
_Asked = Request[object, object, State]
_Handler = Callable[[_Asked, _Raised], Response[bytes]]

_TYPES: Mapping[int, str] = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}


class _Error(msgspec.Struct, frozen=True):
    message: str = "the provider rejected the request"


class _Envelope(msgspec.Struct, frozen=True):
    error: _Error = _Error()


_ENVELOPE = msgspec.json.Decoder(_Envelope)


def type_of(status: int) -> str:
    """Anthropic's word for what a status means."""
    return _TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")


def retold(response: Response[bytes]) -> Response[bytes]:
    """An error in OpenAI's shape, in Anthropic's."""
    try:
        message = _ENVELOPE.decode(response.content).error.message
    except msgspec.DecodeError:
        message = _Error().message
    status = response.status_code or 500
    error = {"type": type_of(status), "message": message}
    return Response(
        msgspec.json.encode({"type": "error", "error": error}),
        status_code=status,
        headers=response.headers,
        media_type="application/json",
    )


def _retelling(handler: _Handler[_Raised]) -> _Handler[_Raised]:
    def handle(request: _Asked, error: _Raised) -> Response[bytes]:
        return retold(handler(request, error))

    return handle


IN_ANTHROPICS_SHAPE: dict[int | type[Exception], Callable[[_Asked, Any], Response[Any]]] = {
    PointsmanError: _retelling(errors.on_pointsman_error),
    HTTPException: _retelling(errors.on_http_error),
    UnicodeError: _retelling(errors.on_unreadable),
    RecursionError: _retelling(errors.on_unreadable),
    Exception: _retelling(errors.on_anything_else),
}
"""For a handler's ``exception_handlers``; the statuses are those of every other endpoint."""
