"""Links that rate, as the file has them and as the service uses them."""

from dataclasses import dataclass, field
from typing import Annotated

from msgspec import Meta, Struct

LONGEST_SECONDS = 10 * 365 * 86_400


class LinksEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Links that rate, as written."""

    secret_env: Annotated[
        tuple[str, ...],
        Meta(
            description="Environment variables with secrets: the first signs, links by all of them"
            " are good; none means no links."
        ),
    ] = ()
    base_url: Annotated[
        str | None,
        Meta(description="Where those who rate reach this service: an `http(s)://` URL."),
    ] = None
    expire_after_seconds: Annotated[
        int,
        Meta(ge=1, le=LONGEST_SECONDS, description="Seconds a link is good for, unless it says."),
    ] = 30 * 86_400


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """How links are signed, and where they lead."""

    base_url: str
    """Without a slash at its end."""

    expire_after_seconds: int
    secrets: tuple[str, ...] = field(repr=False)
    """At least one; the first signs."""
