"""Errors in OpenAI's shape, and the one table of which error has which status."""

from collections.abc import Mapping

import msgspec
import structlog
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from bandit import errors as root
from feedback import errors as feedback
from service import errors as service

_log = structlog.get_logger(__name__)

STATUS: Mapping[type[Exception], tuple[int, str]] = {
    root.ConfigError: (500, "configuration_error"),
    root.RequestError: (400, "invalid_request_error"),
    root.UpstreamError: (502, "upstream_error"),
    root.FeedbackError: (400, "invalid_request_error"),
    root.StorageError: (503, "storage_error"),
    root.CannotUnlearn: (500, "internal_error"),
    root.StateError: (500, "internal_error"),
    service.InvalidApiKey: (401, "invalid_request_error"),
    service.RouteForbidden: (403, "invalid_request_error"),
    service.NotOperator: (403, "invalid_request_error"),
    service.UnknownRoute: (404, "invalid_request_error"),
    service.UnknownAlarm: (404, "invalid_request_error"),
    service.UnknownModelAsked: (404, "invalid_request_error"),
    service.LinksNotConfigured: (501, "configuration_error"),
    service.LinkBroken: (404, "invalid_request_error"),
    service.LinkExpired: (410, "invalid_request_error"),
    service.BodyTooLarge: (413, "invalid_request_error"),
    service.ProviderTimeout: (504, "upstream_error"),
    service.ModelBusy: (503, "upstream_error"),
    service.ClientLeft: (499, "client_error"),
    feedback.UnknownDecision: (404, "invalid_request_error"),
    feedback.UnknownSession: (404, "invalid_request_error"),
    feedback.NothingToRetract: (404, "invalid_request_error"),
    feedback.KeyReused: (422, "invalid_request_error"),
}
"""Status and OpenAI type of each error; a class that is not here has its nearest base's."""


class ErrorBody(msgspec.Struct, frozen=True):
    """What went wrong, as OpenAI's clients expect to read it."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class ErrorEnvelope(msgspec.Struct, frozen=True):
    """The body of every answer that is an error."""

    error: ErrorBody


def status_of(error: type[Exception]) -> tuple[int, str]:
    """Status and OpenAI type of a class of errors."""
    return next(STATUS[base] for base in error.__mro__ if base in STATUS)


def on_pointsman_error(_: Request[object, object, State], error: Exception) -> Response[bytes]:
    """One of our own errors: fact and remedy, and nothing of the prompt."""
    if isinstance(error, service.ProviderRejected):
        return _handed_through(error)
    status, kind = status_of(type(error))
    param = getattr(error, "param", None)
    return _response(status, ErrorBody(str(error), kind, param, code_of(error)), _headers_of(error))


def on_http_error(request: Request[object, object, State], error: HTTPException) -> Response[bytes]:
    """What Litestar refuses by itself: no such path, wrong method, a body that does not fit."""
    most = request.app.request_max_body_size
    if error.status_code == 413 and isinstance(most, int):
        return on_pointsman_error(request, service.BodyTooLarge(most))
    message = error.detail
    if error.status_code == 400 and isinstance(error.extra, list):
        message = "; ".join(_field(entry) for entry in error.extra) or message
    return _response(error.status_code, ErrorBody(message, "invalid_request_error"), error.headers)


def on_unreadable(_: Request[object, object, State], error: Exception) -> Response[bytes]:
    """A body that is no text or nested too deep."""
    del error
    body = ErrorBody("the body is not readable JSON; send UTF-8", "invalid_request_error")
    return _response(400, body, {})


def on_anything_else(_: Request[object, object, State], error: Exception) -> Response[bytes]:
    """A defect of ours: logged by its kind; the client learns no more than that."""
    _log.error("unexpected_error", kind=type(error).__name__, exc_info=error)
    body = ErrorBody("something went wrong inside Pointsman; its log has more", "internal_error")
    return _response(500, body, {})


def code_of(error: Exception) -> str:
    """A stable, machine-readable name: ``UnknownDecision`` becomes ``unknown_decision``."""
    name = type(error).__name__
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def _field(entry: object) -> str:
    if not isinstance(entry, dict):
        return ""
    return f"{entry.get('key', 'body')}: {entry.get('message', '')}"


def _handed_through(error: service.ProviderRejected) -> Response[bytes]:
    return Response(
        error.body,
        status_code=error.status,
        headers=_headers_of(error),
        media_type="application/json",
    )


def _headers_of(error: Exception) -> dict[str, str]:
    """What the provider tells of its failure; retrying was done here already.

    Of a key that is missing, how it is sent (RFC 6750, section 3).
    """
    if isinstance(error, service.InvalidApiKey):
        return {"www-authenticate": "Bearer"}
    if isinstance(error, service.CallFailed):
        return {**error.result.headers, "x-should-retry": "false"}
    return {}


def _response(status: int, body: ErrorBody, headers: Mapping[str, str] | None) -> Response[bytes]:
    return Response(
        msgspec.json.encode(ErrorEnvelope(body)),
        status_code=status,
        headers=dict(headers or {}),
        media_type="application/json",
    )
