"""The service's branches of the error tree; what each means over HTTP is told in one other file.

RequestError            the caller mends it
+-- InvalidApiKey
+-- RouteForbidden
+-- NotOperator
+-- BadRequest
+-- BodyTooLarge
+-- UnknownRoute
+-- UnknownModelAsked
+-- NoEligibleModel
+-- UnknownAlarm
+-- LinksNotConfigured
+-- LinkBroken
+-- LinkExpired
UpstreamError           a provider failed
+-- CallFailed
    +-- ProviderTimeout
    +-- ProviderUnreachable
    +-- ProviderRejected
    +-- ProviderDenied
    +-- ProviderFailed
    +-- ProviderMalformed
    +-- StreamBroke
    +-- ModelBusy
ClientLeft              nobody waits for the answer any more
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from bandit.errors import PointsmanError, RequestError, UpstreamError
from service.gateway.result import CallResult


class InvalidApiKey(RequestError):
    """Raised when a request comes without a key of this service."""

    def __init__(self) -> None:
        super().__init__(
            "the request has no valid API key",
            "send one that this service's operator gave out, as Authorization: Bearer KEY",
        )


class RouteForbidden(RequestError):
    """Raised when a request addresses what its key may not, be it there or not."""

    def __init__(self, key: str | None, asked: str, routes: tuple[str, ...]) -> None:
        names = ", ".join(f"auto:{route}" for route in routes)
        super().__init__(
            f"the key {key!r} may not address {asked!r}",
            f"use one of: {names}"
            if names
            else "use another key, for this one only gives feedback",
        )


class NotOperator(RequestError):
    """Raised when a request for what is about everybody's traffic has no operator's key."""

    def __init__(self, key: str | None) -> None:
        super().__init__(
            f"the key {key!r} is not an operator's", "use one that has operator: true under keys"
        )


class BadRequest(RequestError):
    """Raised when a request cannot be read, or says what cannot be done."""

    def __init__(self, param: str | None, problem: str) -> None:
        place = f"{param} in the request" if param else "the request"
        super().__init__(f"{place} cannot be used: {problem}", "mend it and send it again")
        self.param = param
        """Where in the request, such as ``messages[0].content``."""


class BodyTooLarge(RequestError):
    """Raised when a request is longer than the service takes."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(
            f"the request is longer than {most_bytes} bytes",
            "shorten it, or raise server.max_body_bytes",
        )


class UnknownRoute(RequestError):
    """Raised when a request names a route that is not configured."""

    def __init__(self, asked: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no route {asked!r}", f"use one of: {', '.join(known)}")


class UnknownAlarm(RequestError):
    """Raised when a request names an alarm that was never raised."""

    def __init__(self, alarm_id: str) -> None:
        super().__init__(f"there is no alarm {alarm_id!r}", "use the id of one in GET /v1/alarms")


class UnknownModelAsked(RequestError):
    """Raised when a request names a model that is not configured, or not on its route."""

    def __init__(self, asked: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"there is no model {asked!r} here",
            f"use auto, auto:<route> or one of: {', '.join(known)}",
        )


class NoEligibleModel(RequestError):
    """Raised when none of a route's models can answer a request; tells why not, model by model."""

    def __init__(self, route: str, reasons: Mapping[str, str]) -> None:
        why = ", ".join(f"{model}: {reason}" for model, reason in reasons.items())
        super().__init__(
            f"no model of route {route!r} can answer this request ({why})",
            "ask for less, or add a model that can to the route",
        )
        self.reasons = dict(reasons)


class LinksNotConfigured(RequestError):
    """Raised when links are asked for that nothing would sign."""

    def __init__(self) -> None:
        super().__init__(
            "this service makes no links",
            "set links.secret_env and links.base_url in its configuration",
        )


class LinkBroken(RequestError):
    """Raised when a link was not made here, or is not whole."""

    def __init__(self) -> None:
        super().__init__("the link is not one of this service's", "use it as it was made")


class LinkExpired(RequestError):
    """Raised when a link's time is up."""

    def __init__(self) -> None:
        super().__init__("the link has expired", "ask for a new one")


class CallFailed(UpstreamError):
    """The root of what can go wrong with one call to one model's provider."""

    reason: ClassVar[str] = "failed"

    def __init__(
        self, model: str, fact: str, remedy: str = "try again", http_status: int | None = None
    ) -> None:
        super().__init__(fact, remedy)
        self.model = model
        self.result = CallResult("error", self.reason, http_status)
        """What the call did; the gateway adds how long it took."""

    def took(self, seconds: float) -> "CallFailed":
        """The same failure, with how long the call took."""
        self.result = replace(self.result, latency_seconds=seconds)
        return self


class ProviderTimeout(CallFailed):
    """Raised when a provider does not answer in time."""

    reason = "timeout"

    def __init__(self, model: str, seconds: float) -> None:
        super().__init__(
            model,
            f"the provider of {model!r} gave no answer within {seconds:.3g} seconds",
            "try again, or raise the model's time limits or the route's deadline_seconds",
        )


class ProviderUnreachable(CallFailed):
    """Raised when no connection to a provider comes about, or one breaks."""

    reason = "unreachable"

    def __init__(self, model: str, how: str) -> None:
        super().__init__(
            model,
            f"the connection to the provider of {model!r} failed ({how})",
            "try again, or check the model's base_url",
        )


class ProviderRejected(CallFailed):
    """Raised when a provider answers 4xx: its answer belongs to the caller as it is."""

    reason = "rejected"

    def __init__(self, model: str, status: int, body: bytes) -> None:
        super().__init__(
            model,
            f"the provider of {model!r} rejected the request with status {status}",
            "read its answer",
            status,
        )
        self.status = status
        self.body = body


class ProviderDenied(CallFailed):
    """Raised when a provider answers 401 or 403: it is the operator's key that it refuses."""

    reason = "denied"

    def __init__(self, model: str, status: int) -> None:
        super().__init__(
            model,
            f"the provider of {model!r} refused the configured key with status {status}",
            "the operator has to check the model's api_key",
            status,
        )


class ProviderFailed(CallFailed):
    """Raised when a provider answers with a status that is neither success nor 4xx."""

    def __init__(self, model: str, status: int) -> None:
        super().__init__(
            model,
            f"the provider of {model!r} failed with status {status}",
            http_status=status,
        )


class ProviderMalformed(CallFailed):
    """Raised when a provider's answer is no chat completion."""

    reason = "malformed"

    def __init__(self, model: str, problem: str, status: int = 200) -> None:
        super().__init__(
            model,
            f"the answer of the provider of {model!r} is no chat completion: {problem}",
            "try again, or check the model's base_url",
            status,
        )


class StreamBroke(CallFailed):
    """Raised when a stream of a provider breaks before it has said anything."""

    def __init__(self, model: str, reason: str, headers: Mapping[str, str]) -> None:
        super().__init__(model, f"the provider of {model!r} broke its stream off ({reason})")
        self.result = CallResult("error", reason, 200, headers=headers)


class ModelBusy(CallFailed):
    """Raised when a model has as many calls in flight as it may, until the deadline."""

    reason = "busy"

    def __init__(self, model: str, most_calls: int) -> None:
        super().__init__(
            model,
            f"the model {model!r} has {most_calls} calls in flight, as many as it may",
            "try again later, or raise the model's max_concurrency",
        )


class ClientLeft(PointsmanError):
    """Raised when a client hangs up before its answer has begun."""

    def __init__(self) -> None:
        super().__init__("the client hung up", "nothing: nobody waits for the answer")
