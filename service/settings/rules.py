"""The file's list of rules: which requests go where, whatever the policy believes."""

from typing import Annotated

from msgspec import Meta, Struct

_Tokens = Annotated[int, Meta(ge=0, le=10**9)]
_Texts = Annotated[tuple[str, ...], Meta(min_length=1)]


class Conditions(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a request must be like; all that is said must hold."""

    routes: Annotated[_Texts | None, Meta(description="The route asked for is one of these.")] = (
        None
    )
    tags: Annotated[
        _Texts | None, Meta(description="The request has at least one of these tags.")
    ] = None
    all_tags: Annotated[
        _Texts | None, Meta(description="The request has every one of these tags.")
    ] = None
    headers: Annotated[
        dict[str, str], Meta(description="HTTP headers of the request and their exact values.")
    ] = {}
    headers_matching: Annotated[
        dict[str, str],
        Meta(description="HTTP headers, and a regular expression found in each one's value."),
    ] = {}
    least_tokens: Annotated[
        _Tokens | None, Meta(description="The request is about this many tokens or more.")
    ] = None
    most_tokens: Annotated[
        _Tokens | None, Meta(description="The request is about this many tokens or fewer.")
    ] = None
    languages: Annotated[
        _Texts | None,
        Meta(description="The last user message is in one of these: `de`, `en`, `fr`, ..."),
    ] = None
    prompt_matching: Annotated[
        str | None,
        Meta(description="A regular expression that is found in the last user message."),
    ] = None


class Target(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where requests go that a rule is for."""

    route: Annotated[
        str | None, Meta(description="The route that decides; null means the one asked for.")
    ] = None
    model: Annotated[
        str | None, Meta(description="The only candidate that is left of the route's.")
    ] = None
    candidates: Annotated[
        _Texts | None, Meta(description="The candidates that are left of the route's.")
    ] = None


class Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule."""

    name: Annotated[
        str,
        Meta(min_length=1, max_length=128, description="What the log calls it."),
    ]
    when: Annotated[
        Conditions, Meta(description="What a request must be like; nothing means any.")
    ] = Conditions()
    use: Annotated[Target, Meta(description="Where it goes then.")]
