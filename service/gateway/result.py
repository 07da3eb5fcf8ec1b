"""What one call to a provider did."""

from dataclasses import dataclass
from typing import Literal

from bandit.price import NO_PARTS, TokenParts

Status = Literal["ok", "error", "cancelled"]


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
