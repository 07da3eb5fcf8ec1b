"""How a route chooses: the policies, as the file names them."""

from typing import Annotated, Literal

from msgspec import Meta, Struct


class ThompsonPolicy(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="thompson"
):
    """Learns from feedback, prompt by prompt."""

    exploration: Annotated[
        float,
        Meta(
            ge=0,
            le=10,
            description="How much is tried that may be better, of what is new; 0 never tries.",
        ),
    ] = 0.8
    floor: Annotated[
        float, Meta(ge=0, le=1, description="Share of choices made uniformly, whatever is known.")
    ] = 0.0


class EpsilonGreedyPolicy(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="epsilon-greedy"
):
    """What thompson believes to be best, and now and then any."""

    epsilon: Annotated[
        float, Meta(ge=0, le=1, description="Share of choices made uniformly; 0 is greedy.")
    ] = 0.05


_Ridge = Annotated[
    float,
    Meta(gt=0, le=1e6, description="Ratings that the prior quality is worth, for every feature."),
]
_HalfLife = Annotated[
    Annotated[float, Meta(ge=1, le=1e9)] | None,
    Meta(description="Ratings after which a rating counts for half; null never forgets."),
]


class LinUcbPolicy(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="linucb"):
    """The best upper bound of a ridge regression for each model."""

    alpha: Annotated[
        float, Meta(ge=0, le=100, description="How much is tried that may be better.")
    ] = 0.1
    ridge: _Ridge = 1.0
    half_life: _HalfLife = None


class LinTsPolicy(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="lin-ts"):
    """One draw from a ridge regression for each model."""

    scale: Annotated[
        float, Meta(ge=0, le=100, description="How much is tried that may be better.")
    ] = 0.1
    ridge: _Ridge = 1.0
    half_life: _HalfLife = None


class BetaThompsonPolicy(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="beta-thompson"
):
    """Learns one mean quality for each model, whatever is asked."""


class CheapestPolicy(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="cheapest"
):
    """The least expected cost."""


class FastestPolicy(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="fastest"
):
    """The least latency of late."""


class FixedPolicy(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="fixed"):
    """Always one model."""

    model: Annotated[str, Meta(description="The candidate that always answers.")]


class RoundRobinPolicy(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="round-robin"
):
    """The candidates in turn."""


class WeightedPolicy(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="weighted"
):
    """At random, in given proportions."""

    weights: Annotated[
        dict[str, Annotated[float, Meta(ge=0, le=1e6)]],
        Meta(description="Share of each candidate; they need not sum to one."),
    ]


class RandomPolicy(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="random"):
    """At random, all alike."""


class VowpalPolicy(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="vw"):
    """Vowpal Wabbit's contextual bandit; it cannot take a corrected rating back."""

    algorithm: Annotated[
        Literal["bag", "squarecb", "regcb"], Meta(description="How it explores.")
    ] = "squarecb"


Policy = (
    ThompsonPolicy
    | EpsilonGreedyPolicy
    | LinUcbPolicy
    | LinTsPolicy
    | BetaThompsonPolicy
    | VowpalPolicy
    | CheapestPolicy
    | FastestPolicy
    | FixedPolicy
    | RoundRobinPolicy
    | WeightedPolicy
    | RandomPolicy
)
PolicyName = Literal[
    "thompson",
    "epsilon-greedy",
    "linucb",
    "lin-ts",
    "beta-thompson",
    "vw",
    "cheapest",
    "fastest",
    "round-robin",
    "random",
]
"""The kinds that can stand alone, all their keys having defaults."""
