"""What rules may look at of a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from service.rules.language import language_of


@dataclass(frozen=True)
class Facts:
    """One request, as rules see it."""

    route: str
    """The route that is asked for."""

    tags: frozenset[str]
    headers: Mapping[str, str] = field(repr=False)
    """By names in lower case."""

    tokens_in: int
    text: str = field(repr=False)
    """The last user message."""

    @cached_property
    def language(self) -> str | None:
        """The text's language; found out when the first rule asks."""
        return language_of(self.text)
