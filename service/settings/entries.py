"""The file's shape: every key with its type, its range, its default and its meaning."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from service.settings.alarms import AlarmsEntry
from service.settings.availability import AvailabilitySettings
from service.settings.duels import Duel
from service.settings.judges import Judge
from service.settings.keys import KeyEntry
from service.settings.links import LinksEntry
from service.settings.policies import Policy, PolicyName, ThompsonPolicy
from service.settings.rating_weights import RatingWeights
from service.settings.rules import Rule
from service.settings.signals import Signals

Capability = Literal["tools", "images", "audio", "files", "json_schema"]
Name = Annotated[str, Meta(min_length=1, max_length=128, pattern=r"^\S+$")]
_Dollars = Annotated[float, Meta(ge=0, le=1e6)]
_Text = Annotated[str, Meta(min_length=1)]
_Seconds = Annotated[float, Meta(gt=0, le=86400)]


class PriceEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A price in numbers."""

    usd_per_million_tokens_in: Annotated[
        _Dollars, Meta(description="Dollars per million prompt tokens.")
    ]
    usd_per_million_tokens_out: Annotated[
        _Dollars, Meta(description="Dollars per million tokens of the answer.")
    ]
    usd_per_million_tokens_cached_in: Annotated[
        _Dollars | None,
        Meta(description="Of prompt tokens read from a cache; null means as other prompt tokens."),
    ] = None
    usd_per_million_tokens_cache_written_in: Annotated[
        _Dollars | None,
        Meta(description="Of prompt tokens put into a cache; null means as other prompt tokens."),
    ] = None
    usd_per_million_tokens_audio_in: Annotated[
        _Dollars | None, Meta(description="Of sound in prompts; null means as text.")
    ] = None
    usd_per_million_tokens_image_in: Annotated[
        _Dollars | None, Meta(description="Of pictures in prompts; null means as text.")
    ] = None
    usd_per_million_tokens_audio_out: Annotated[
        _Dollars | None, Meta(description="Of sound in answers; null means as text.")
    ] = None
    usd_per_million_tokens_reasoning_out: Annotated[
        _Dollars | None, Meta(description="Of what is thought and not said; null means as said.")
    ] = None


class ModelEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One model, as written."""

    provider: Annotated[
        Literal["openai"],
        Meta(description="The protocol it speaks: OpenAI's, as most servers do."),
    ] = "openai"
    kind: Annotated[
        Literal["chat", "embedding"],
        Meta(description="What it is called for; routes choose among models for chat."),
    ] = "chat"
    base_url: Annotated[
        str, Meta(description="Where it is called, up to and with `/v1`: an `http(s)://` URL.")
    ]
    api_key_env: Annotated[
        _Text | None, Meta(description="The environment variable that holds the API key.")
    ] = None
    api_key: Annotated[
        _Text | None,
        Meta(description="The API key itself, as `${NAME}`; one of this and `api_key_env`."),
    ] = None
    upstream_model: Annotated[
        _Text | None, Meta(description="Its name at the provider; null means its name here.")
    ] = None
    price: Annotated[
        PriceEntry | str,
        Meta(description="A price in numbers, or a `name` or `provider/name` genai-prices knows."),
    ]
    context_tokens: Annotated[
        Annotated[int, Meta(ge=1, le=10**9)] | None,
        Meta(description="Tokens it can hold; null means as genai-prices knows, else no limit."),
    ] = None
    capabilities: Annotated[
        tuple[Capability, ...] | None,
        Meta(description="What it can do beside text; null means what is known, as below."),
    ] = None
    prior_quality: Annotated[
        float, Meta(ge=0, le=1, description="Quality expected of it before any feedback.")
    ] = 0.7
    timeout_seconds: Annotated[
        _Seconds, Meta(description="Seconds until an answer that is not streamed is complete.")
    ] = 120.0
    connect_timeout_seconds: Annotated[
        _Seconds, Meta(description="Seconds until a connection to it is made.")
    ] = 10.0
    first_token_timeout_seconds: Annotated[
        _Seconds | None,
        Meta(description="Seconds until a stream's first token; null means `timeout_seconds`."),
    ] = None
    idle_timeout_seconds: Annotated[
        _Seconds, Meta(description="Seconds between two events of a stream.")
    ] = 60.0
    max_concurrency: Annotated[
        Annotated[int, Meta(ge=1, le=10**6)] | None,
        Meta(description="Calls in flight at once, in each worker; null means any number."),
    ] = None
    extra_headers: Annotated[
        dict[str, str], Meta(description="HTTP headers sent with every call.")
    ] = {}

    def __repr__(self) -> str:
        return f"ModelEntry({self.base_url.partition('://')[0]}://…)"


class RouteEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One route, as written."""

    candidates: Annotated[
        Annotated[tuple[str, ...], Meta(min_length=1)] | None,
        Meta(description="The models to choose among; null means all."),
    ] = None
    willingness_to_pay_usd: Annotated[
        float,
        Meta(
            ge=1e-9, description="Dollars that one point of quality is worth; `.inf` ignores cost."
        ),
    ] = 0.02
    latency_weight: Annotated[
        float, Meta(ge=0, le=1e6, description="Quality points that one second is worth.")
    ] = 0.0
    failure_weight: Annotated[
        float, Meta(ge=0, le=1e6, description="Quality points that a failed call costs.")
    ] = 0.1
    switch_cost: Annotated[
        float,
        Meta(ge=0, le=1e6, description="Quality points that leaving a conversation's model costs."),
    ] = 0.02
    sessions: Annotated[
        bool, Meta(description="Whether a conversation keeps its model while that is worth it.")
    ] = True
    policy: Annotated[
        Policy | PolicyName,
        Meta(description="How it chooses: a kind alone, or `kind` with the keys below."),
    ] = ThompsonPolicy()
    metrics: Annotated[
        dict[Name, Annotated[float, Meta(ge=0, le=1)]],
        Meta(
            description="Sides of an answer that feedback may rate, and how much each counts"
            " for its quality; 0 is kept and teaches nothing. `quality` counts 1 unless given."
        ),
    ] = {}
    reference_source: Annotated[
        str | None,
        Meta(description="Whose scale others are calibrated to; null means `default_source`."),
    ] = None
    rating_weights: Annotated[
        RatingWeights | None,
        Meta(
            description="Ratings count for the inverse of how likely their answer was to be rated;"
            " null means that they count alike."
        ),
    ] = None
    fallbacks: Annotated[
        tuple[str, ...] | None,
        Meta(description="Who is called when the chosen fails, in order; null means as decided."),
    ] = None
    retries: Annotated[
        int, Meta(ge=0, le=10, description="Further calls to one model, after what may pass.")
    ] = 1
    deadline_seconds: Annotated[
        _Seconds, Meta(description="Seconds for a request, with all its calls and its stream.")
    ] = 300.0
    hedge_after_seconds: Annotated[
        _Seconds | None,
        Meta(description="Seconds after which the next model is called too; null means never."),
    ] = None
    judge: Annotated[
        Judge | None, Meta(description="Who judges a share of its answers; null means nobody.")
    ] = None
    duel: Annotated[Duel | None, Meta(description="When two models answer; null means never.")] = (
        None
    )
    signals: Annotated[Signals, Meta(description="What clients do that is taken for feedback.")] = (
        Signals()
    )


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody or something that gives feedback."""

    noise_std: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            description="Standard deviation of its ratings about the true quality, to begin with.",
        ),
    ] = 0.4
    most_per_hour: Annotated[
        Annotated[float, Meta(gt=0, le=1e9)] | None,
        Meta(description="Ratings of one rater's that teach within an hour; null means all."),
    ] = None


class Storage(Struct, frozen=True, forbid_unknown_fields=True):
    """Where decisions, outcomes and feedback are kept."""

    url: Annotated[
        str,
        Meta(
            description="`sqlite:///FILE` (relative to where it starts)"
            " or `postgresql://USER:PASSWORD@HOST/NAME`."
        ),
    ] = "sqlite:///pointsman.db"
    keep_prompts: Annotated[
        bool,
        Meta(description="Whether the text of prompts and conversations is stored, beside a hash."),
    ] = False
    keep_answers: Annotated[
        bool,
        Meta(description="Whether the text of answers is stored, its first 100,000 characters."),
    ] = False
    snapshot_every: Annotated[
        int,
        Meta(
            ge=1,
            le=10**9,
            description="Outcomes and words of feedback between two snapshots of what was learned;"
            " the fewer, the sooner a start is over.",
        ),
    ] = 20_000

    def __repr__(self) -> str:
        return f"Storage({self.url.partition('://')[0]}://…)"


class Server(Struct, frozen=True, forbid_unknown_fields=True):
    """Where Pointsman listens."""

    host: Annotated[_Text, Meta(description="The address it listens on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="The port; 0 takes a free one.")] = 8080
    max_body_bytes: Annotated[
        int, Meta(ge=1024, le=2**31, description="Longest request that is read.")
    ] = 16 * 2**20


class SettingsFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Pointsman's configuration."""

    models: Annotated[
        dict[Name, ModelEntry],
        Meta(min_length=1, description="The models, each under the name that clients see."),
    ]
    routes: Annotated[
        dict[Name, RouteEntry],
        Meta(description="The routes by name; none means one, `default`, over all models."),
    ] = {}
    default_route: Annotated[
        str | None,
        Meta(description="The route of `model: auto`; null means `default`, or the only one."),
    ] = None
    rules: Annotated[
        tuple[Rule, ...],
        Meta(
            description="Which requests go where, whatever is believed; the first that fits counts."
        ),
    ] = ()
    sources: Annotated[
        dict[Name, Source],
        Meta(
            description="Who may give feedback; none means `user` with noise 0.4"
            " and `judge` with 0.2."
        ),
    ] = {}
    default_source: Annotated[
        str, Meta(description="Whose a feedback is that does not name its source.")
    ] = "user"
    keys: Annotated[
        dict[Name, KeyEntry],
        Meta(description="Who may use the service, each by a key; none means everybody."),
    ] = {}
    storage: Annotated[Storage, Meta(description="Where the log is kept.")] = Storage()
    alarms: Annotated[AlarmsEntry, Meta(description="When something is amiss.")] = AlarmsEntry()
    links: Annotated[LinksEntry, Meta(description="Links that rate an answer.")] = LinksEntry()
    availability: Annotated[
        AvailabilitySettings, Meta(description="When a model that fails is left alone.")
    ] = AvailabilitySettings()
    server: Annotated[Server, Meta(description="Where Pointsman listens.")] = Server()
    seed: Annotated[
        Annotated[int, Meta(ge=0, le=2**63 - 1)] | None,
        Meta(description="Fixes the random stream, for tests and demonstrations."),
    ] = None
