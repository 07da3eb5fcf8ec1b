"""The configuration as the service uses it: everything resolved and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bandit.price import Price
from service.settings.entries import Server, Source, Storage
from service.settings.policies import Policy


@dataclass(frozen=True, slots=True)
class Model:
    """One model that can be called, and what it costs."""

    name: str
    provider: str
    base_url: str
    """Without a slash at its end."""

    upstream_model: str
    price: Price
    price_version: str
    """Where the price comes from, and a digest of its numbers."""

    context_tokens: int | None
    """None where no limit is known."""

    capabilities: frozenset[str]
    prior_quality: float
    timeout_seconds: float
    api_key: str | None = field(default=None, repr=False)
    extra_headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Route:
    """One routing problem."""

    name: str
    candidates: tuple[str, ...]
    willingness_to_pay_usd: float
    latency_weight: float
    policy: Policy


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the file says, by name and in the file's order."""

    models: Mapping[str, Model]
    routes: Mapping[str, Route]
    default_route: str
    sources: Mapping[str, Source]
    default_source: str
    storage: Storage
    server: Server
    seed: int | None
