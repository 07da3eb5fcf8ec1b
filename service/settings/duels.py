"""When two models answer, as the file names it."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

_Text = Annotated[str, Meta(min_length=1)]


class Duel(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A share of requests that two models answer, and who compares the answers."""

    judge: Annotated[str, Meta(description="The model that compares, one of `models`.")]
    rate: Annotated[
        float, Meta(ge=0, le=1, description="Share of requests that two models answer.")
    ] = 0.02
    budget_usd_per_day: Annotated[
        float,
        Meta(
            ge=0,
            le=1e6,
            description="Dollars that second answers and their judging may cost in a day (UTC).",
        ),
    ] = 1.0
    answer: Annotated[
        Literal["first", "winner"],
        Meta(
            description="What the client gets: the `first` answer, at once, or the `winner`'s,"
            " when both are there and judged."
        ),
    ] = "first"
    rubric: Annotated[
        _Text, Meta(description="`help`, `correctness` or `refusal`; or a rubric in own words.")
    ] = "help"
    source: Annotated[
        str, Meta(description="Whose feedback the preferences are, one of `sources`.")
    ] = "judge"
    timeout_seconds: Annotated[
        float, Meta(gt=0, le=600, description="Seconds for one call of the judge's.")
    ] = 30.0
    max_tokens: Annotated[
        int, Meta(ge=16, le=100_000, description="Tokens of the longest verdict.")
    ] = 300
    max_answer_tokens: Annotated[
        int,
        Meta(
            ge=1,
            le=10**6,
            description="Tokens of the longest second answer, where the request sets no limit.",
        ),
    ] = 4000
    allow_self: Annotated[
        bool, Meta(description="Whether it compares answers that it gave itself.")
    ] = False
