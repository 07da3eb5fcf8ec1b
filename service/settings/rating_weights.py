"""What ratings count for where some answers are likelier to be rated, as the file names it."""

from typing import Annotated

from msgspec import Meta, Struct


class RatingWeights(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ratings count for the inverse of the probability that their answer is rated."""

    most: Annotated[
        float,
        Meta(
            gt=1,
            le=100,
            description="Ratings that one counts for at most; at least, one over that.",
        ),
    ] = 5.0
    sources: Annotated[
        Annotated[tuple[str, ...], Meta(min_length=1)] | None,
        Meta(description="Whose ratings, of `sources`; null means `default_source`'s."),
    ] = None
    decisions: Annotated[
        int,
        Meta(
            ge=100,
            le=100_000,
            description="The latest decisions that the probability is learned from.",
        ),
    ] = 20_000
    after_seconds: Annotated[
        float,
        Meta(
            ge=0,
            le=2_592_000,
            description="Seconds that a decision has to be rated, before it is learned from.",
        ),
    ] = 600.0
    every_seconds: Annotated[
        float, Meta(ge=1, le=86400, description="Seconds between learning it and learning it anew.")
    ] = 600.0
