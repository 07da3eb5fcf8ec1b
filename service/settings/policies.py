"""How a route chooses: the policies, as the file names them."""

from typing import Annotated, Literal

from msgspec import Meta, Struct


class ThompsonPolicy(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="thompson"
):
    """Learns from feedback, prompt by prompt."""

    exploration: Annotated[
        float,
        Meta(ge=0, le=10, description="How much is tried that may be better; 0 never tries."),
    ] = 0.4
    floor: Annotated[
        float, Meta(ge=0, le=1, description="Share of choices made uniformly, whatever is known.")
    ] = 0.0


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
    ThompsonPolicy | FixedPolicy | RoundRobinPolicy | WeightedPolicy | RandomPolicy | VowpalPolicy
)
PolicyName = Literal["thompson", "round-robin", "random", "vw"]
"""The kinds that can stand alone, all their keys having defaults."""
