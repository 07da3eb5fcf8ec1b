"""What a request is answered with, in one piece."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.deciding import Decided


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, and the decision it came from."""

    body: bytes = field(repr=False)
    decided: Decided
    cost_usd: float | None
    served: str
    """The model that answered; a fallback makes it another than the decision's."""

    attempts: int
    """How many calls it took."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the provider tells of limits and of the request."""
