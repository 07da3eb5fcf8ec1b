"""The keys of clients, as the file names them and as the service knows them."""

from dataclasses import dataclass, field
from typing import Annotated

from msgspec import Meta, Struct


class KeyEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One client's key, as written."""

    key_env: Annotated[
        str, Meta(min_length=1, description="The environment variable that holds the key.")
    ]
    routes: Annotated[
        tuple[str, ...] | None,
        Meta(description="The routes it may address; null means all, and models by their names."),
    ] = None
    operator: Annotated[
        bool,
        Meta(
            description="Whether it sees and rates what other keys decided, and sees the pages on"
            " routes, sources and alarms."
        ),
    ] = False

    def __repr__(self) -> str:
        return f"KeyEntry(routes={self.routes!r}, operator={self.operator!r})"


@dataclass(frozen=True, slots=True)
class Key:
    """A key that is known by its digest alone."""

    name: str
    digest: bytes = field(repr=False)
    """SHA-256 of the key."""

    routes: tuple[str, ...] | None
    """None where it may address all, and models by their names."""

    operator: bool
