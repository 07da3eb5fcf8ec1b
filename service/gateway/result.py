"""What one call to a provider did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bandit.price import NO_PARTS, TokenParts

Status = Literal["ok", "error", "cancelled"]


HUNG_UP = "hung_up"
"""Why a call is cancelled when its client has left."""

_NOT_THE_CALLERS = {408, 425, 429}
"""Statuses between 400 and 499 that do not say that the request is at fault."""


@dataclass(frozen=True, slots=True)
class CallResult:
    """How a call ended, what it used and how long it took."""

    status: Status
    reason: str | None = None
    """Why it is not ok, in one word; or why an answer that is ok has no token counts."""

    http_status: int | None = None
    tokens_in: int | None = None
    """As the provider counted; None where it did not say."""

    tokens_out: int | None = None
    parts: TokenParts = NO_PARTS
    """Those of the tokens that may have a price of their own."""

    latency_seconds: float = 0.0
    """Until the answer was complete, or the call was given up."""

    time_to_first_token_seconds: float | None = None
    """Known of streams only."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Those of the provider's headers that tell of limits and of the request; in lower case."""

    @property
    def is_callers_fault(self) -> bool:
        """Whether the provider refused the request for what it asks."""
        return self.reason == "rejected" and self.http_status not in _NOT_THE_CALLERS

    @property
    def is_failure(self) -> bool:
        """Whether the model could not be had; a request at fault says nothing of that."""
        return self.status == "error" and not self.is_callers_fault
