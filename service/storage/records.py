"""What is written to the log; each field is a column of the table of the same name.

Every request makes several, so they are structs, made in a tenth of the time of a frozen dataclass.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from feedback.entry import QUALITY

DUEL = "duel"
"""The policy of decisions that were made for a second answer."""


class ScoredCandidate(msgspec.Struct, frozen=True):
    """How one model looked when the decision was made."""

    model: str
    quality_mean: float
    quality_std: float
    sampled_quality: float
    expected_cost_usd: float
    utility: float
    propensity: float


class DecisionRecord(msgspec.Struct, frozen=True):
    """One choice, with everything needed to explain it and to learn from it later."""

    id: str
    at: datetime
    """UTC, as every time in the log; kept to the microsecond."""

    route: str
    policy: str
    context_version: str
    context: NDArray[np.float32]
    """Shape ``(d,)``."""

    candidates: tuple[ScoredCandidate, ...]
    chosen: str
    propensity: float
    cost_weight: float
    latency_weight: float
    prompt_hash: str
    prompt: str | None
    """Only where the configuration says that prompts are stored."""

    session_id: str | None
    tags: tuple[str, ...]
    tokens_in: int
    """As estimated before the call."""

    left_out: Mapping[str, str] = {}
    """The route's other models, and why each could not be chosen."""

    rule: str | None = None
    """The routing rule that applied, by its name."""

    conversation: str | None = None
    """What the request is part of: the session it names, or a digest of how it began."""

    messages: str | None = None
    """The whole conversation as JSON, where prompts are stored and it is nothing but text."""

    key: str | None = None
    """The name of the key that the request came with; None where there was none."""


class OutcomeRecord(msgspec.Struct, frozen=True):
    """What one call did."""

    decision_id: str
    at: datetime
    model: str
    """The model that served, which a fallback may have changed."""

    status: str
    """``ok``, ``error`` or ``cancelled``."""

    reason: str | None = None
    http_status: int | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    tokens_cached_in: int | None = None
    tokens_reasoning_out: int | None = None
    cost_usd: float | None = None
    price_version: str | None = None
    """Which price the dollars are by: where it comes from, and a digest of its numbers."""

    latency_seconds: float | None = None
    time_to_first_token_seconds: float | None = None
    attempt: int = 1
    """Which call for this decision it was; the first is to the chosen model."""


class AnswerRecord(msgspec.Struct, frozen=True):
    """What a decision's model said, where the configuration says that answers are stored."""

    decision_id: str
    text: str

    def __repr__(self) -> str:
        """Say nothing of the text."""
        return f"AnswerRecord(decision_id={self.decision_id!r})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """Say as much."""
        return [("decision_id", self.decision_id)]


class FeedbackRecord(msgspec.Struct, frozen=True):
    """What somebody thought of one decision, or of two beside each other.

    A later word of the same source, on the same subject by the same metric, takes its place.
    """

    id: str
    decision_id: str
    at: datetime
    source: str
    model: str
    quality: float
    """In ``[0, 1]``."""

    given: str
    """Canonical JSON of what was sent, before it became a quality."""

    comment: str | None
    tags: tuple[str, ...]
    idempotency_key: str | None
    subject: str
    """What it is about: the decision's id, or both ids of a preference."""

    metric: str = QUALITY
    """Which side of the answer it is about."""

    against: str | None = None
    """The other decision of a preference, whose `quality` is one half plus half of how much better
    the first is than this."""

    against_model: str | None = None
    weight: float = 1.0
    """How many ratings it counts for; below one for a share of what was said of a conversation."""

    retracts: bool = False
    """Whether the word that stood is taken back, and nothing put in its place."""

    rater: str | None = None
    """Who spoke for the source, in the sender's words."""

    key: str | None = None
    """The name of the key that it was posted with; None of what the service itself files."""
