"""What a provider is to Pointsman: two pure functions, around one exchange over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bandit.price import NO_PARTS, TokenParts
from service.gateway.messages import CHAT, CompletionRequest


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where one model is served, and under which name."""

    name: str
    """The model, as the configuration names it."""

    base_url: str
    api_key: str | None = field(default=None, repr=False)
    upstream_model: str = ""
    """The model, as its provider names it; empty if by the same name."""

    timeout_seconds: float = 120.0
    """For an answer that is not streamed, from start to end."""

    connect_timeout_seconds: float = 10.0
    first_token_timeout_seconds: float = 120.0
    """For a stream, until it says something."""

    idle_timeout_seconds: float = 60.0
    """Between two events of a stream."""

    extra_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    provider: str = "openai"
    """The protocol it speaks."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is sent to a provider."""

    model: str
    """For whom; errors name it."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    connect_timeout_seconds: float


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What a provider sent back, whole."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""

    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the provider counted them; None where it did not say."""

    tokens_in: int | None = None
    tokens_out: int | None = None
    """All that is billed as the answer, what was thought included."""

    parts: TokenParts = NO_PARTS
    reason: str | None = None
    """Why what it said is not believed, in one word."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A provider's answer that is one."""

    body: bytes = field(repr=False)
    """For the client."""

    usage: Usage
    finish: str | None
    """Why the model stopped, in the provider's word."""


class Provider(Protocol):
    """Translates between a chat completion and a provider's protocol; does no I/O."""

    def request(self, completion: CompletionRequest, model: Upstream) -> HttpRequest:
        """What to send."""
        ...

    def read(self, response: HttpResponse, model: Upstream, path: str = CHAT) -> Reply:
        """What was answered on a path.

        Raises:
            CallFailed: It is an error, or no answer at all.
        """
        ...
