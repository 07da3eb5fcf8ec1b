"""The configuration as the service uses it: everything resolved and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bandit.price import Price
from service.settings.alarms import AlarmSettings
from service.settings.availability import AvailabilitySettings
from service.settings.duels import Duel
from service.settings.entries import Server, Source, Storage
from service.settings.judges import Judge
from service.settings.keys import Key
from service.settings.links import LinkSettings
from service.settings.policies import Policy
from service.settings.rating_weights import RatingWeights
from service.settings.rules import Rule
from service.settings.signals import Signals

EMBEDDINGS = "embeddings"
"""The one capability of a model that embeds."""


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
    connect_timeout_seconds: float
    first_token_timeout_seconds: float
    idle_timeout_seconds: float
    max_concurrency: int | None
    """None where any number of calls may be in flight."""

    api_key: str | None = field(default=None, repr=False)
    extra_headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def chats(self) -> bool:
        """Whether a route may choose it; a model that embeds is called by its name only."""
        return EMBEDDINGS not in self.capabilities


@dataclass(frozen=True, slots=True)
class Route:
    """One routing problem."""

    name: str
    candidates: tuple[str, ...]
    willingness_to_pay_usd: float
    latency_weight: float
    failure_weight: float
    switch_cost: float
    sessions: bool
    policy: Policy
    metrics: Mapping[str, float]
    """How much each side of an answer counts for its quality."""

    reference_source: str | None
    """Whose scale the other sources are calibrated to; None is the default source's."""

    rating_weights: RatingWeights | None
    """None where all ratings count alike."""

    fallbacks: tuple[str, ...] | None
    """None where the order is that of the request's own decision."""

    retries: int
    deadline_seconds: float
    hedge_after_seconds: float | None
    judge: Judge | None
    duel: Duel | None
    signals: Signals

    @property
    def spoken_for(self) -> frozenset[str]:
        """The sources that the service itself speaks for: its judge, its duels, its signals."""
        heard = (self.signals.asked_again, self.signals.regenerated, self.signals.aborted)
        return frozenset(one.source for one in (self.judge, self.duel, *heard) if one is not None)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the file says, by name and in the file's order."""

    models: Mapping[str, Model]
    routes: Mapping[str, Route]
    rules: tuple[Rule, ...]
    default_route: str
    sources: Mapping[str, Source]
    default_source: str
    keys: Mapping[str, Key]
    """Empty where the service is open to all."""

    storage: Storage
    server: Server
    alarms: AlarmSettings
    links: LinkSettings | None
    """None where nothing signs them."""

    availability: AvailabilitySettings
    seed: int | None

    def reference_of(self, route: str) -> str:
        """Name the source whose scale the others of a route are calibrated to."""
        return self.routes[route].reference_source or self.default_source

    def weighed_on(self, route: str) -> tuple[str, ...]:
        """Name the sources whose ratings count by how likely they were to be given."""
        weights = self.routes[route].rating_weights
        return () if weights is None else weights.sources or (self.default_source,)

    def same_as(self, model: str) -> frozenset[str]:
        """The names under which a model is configured, itself among them."""
        one = self.models[model]
        return frozenset(
            name
            for name, other in self.models.items()
            if (one.base_url, one.upstream_model) == (other.base_url, other.upstream_model)
        )
