"""Who judges a route's answers, as the file names them."""

from typing import Annotated, Any

from msgspec import Meta, Struct

_Text = Annotated[str, Meta(min_length=1)]
_Seconds = Annotated[float, Meta(gt=0, le=600)]


class _Judge(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    rate: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            description="Share of answers that it judges; the less known of a model, the more.",
        ),
    ] = 0.1
    source: Annotated[
        str, Meta(description="Whose feedback its verdicts are, one of `sources`.")
    ] = "judge"


class ModelJudge(
    _Judge, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="model"
):
    """A model that judges by a rubric."""

    model: Annotated[str, Meta(description="The model that judges, one of `models`.")]
    rubric: Annotated[
        _Text, Meta(description="`help`, `correctness` or `refusal`; or a rubric in own words.")
    ] = "help"
    budget_usd_per_day: Annotated[
        float, Meta(ge=0, le=1e6, description="Dollars it may cost in a day (UTC).")
    ] = 1.0
    timeout_seconds: Annotated[_Seconds, Meta(description="Seconds for one call.")] = 30.0
    max_tokens: Annotated[
        int, Meta(ge=16, le=100_000, description="Tokens of the longest verdict.")
    ] = 300
    allow_self: Annotated[
        bool, Meta(description="Whether it judges answers that it gave itself.")
    ] = False


class ExactJudge(
    _Judge, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="exact"
):
    """The answer is the request's reference."""

    case_sensitive: Annotated[bool, Meta(description="Whether large and small letters differ.")] = (
        True
    )


class RegexJudge(
    _Judge, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="regex"
):
    """A pattern is found in the answer."""

    pattern: Annotated[
        _Text, Meta(description="A regular expression that is found in good answers.")
    ]


class JsonJudge(
    _Judge, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="json"
):
    """The answer is JSON, and as a schema has it."""

    schema: Annotated[
        dict[str, Any] | None,
        Meta(description="A JSON Schema that good answers fit; null means any JSON."),
    ] = None


class CodeJudge(
    _Judge, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="code"
):
    """The Python in the answer can be parsed."""


class WebhookJudge(
    _Judge, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="webhook"
):
    """Somebody else's service scores the answer."""

    url: Annotated[_Text, Meta(description="Where it is asked: an `http(s)://` URL.")]
    timeout_seconds: Annotated[_Seconds, Meta(description="Seconds for one call.")] = 30.0

    def __repr__(self) -> str:
        return f"WebhookJudge({self.url.partition('://')[0]}://…)"


Judge = ModelJudge | ExactJudge | RegexJudge | JsonJudge | CodeJudge | WebhookJudge
