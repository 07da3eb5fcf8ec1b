"""What the fold reads: the log's rows with everything beside them that learning needs.

There are thousands a second, and a struct is made in a tenth of the time of a frozen dataclass.
"""

import msgspec

from bandit.arrays import Vector

QUALITY = "quality"
"""The metric of feedback that names none."""


class Word(msgspec.Struct, frozen=True):
    """What another source says of the same answer, by the same metric."""

    source: str
    quality: float
    weight: float


class Judged(msgspec.Struct, frozen=True):
    """One piece of feedback, and the decision it is about."""

    seq: int
    """Place in the feedback log; rises, with gaps."""

    metric: str
    """Which side of the answer was judged."""

    source: str
    quality: float
    """In ``[0, 1]``; of a preference one half plus half of how much better this answer is."""

    weight: float
    """How many ratings it counts for."""

    retracts: bool
    """Whether what stood is taken back, and nothing put in its place."""

    decision_id: str
    route: str
    model: str
    """The model whose answer was judged."""

    against_model: str | None
    """The model of the other answer, of a preference."""

    context_version: str
    candidates: tuple[str, ...]
    """The models the decision chose among."""

    chosen: str
    """The model that the decision chose; after a failure another one answers."""

    propensity: float
    cost_weight: float
    """Quality points that one dollar was worth to this request."""

    latency_weight: float
    """Quality points that one second was worth to this request."""

    cost_usd: float | None
    """Billed for the decision's latest successful outcome, where there is one that knows."""

    latency_seconds: float | None
    context: Vector
    """Shape ``(d,)``, exactly the float32 values the decision was stored with."""

    first_seq: int
    """Where in the feedback log the word first came to stand that this one is or corrects."""

    previous: float | None = None
    """The word of this source that stood, and is taken back with this one."""

    previous_weight: float | None = None
    beside: tuple[Word, ...] = ()
    """What stood of other sources when this was taken."""


class Completed(msgspec.Struct, frozen=True):
    """One successful outcome, and the decision it belongs to."""

    seq: int
    """Place in the log of outcomes; rises, with gaps."""

    decision_id: str
    route: str
    model: str
    """The model that answered."""

    context: Vector
    """Shape ``(d,)``, exactly the float32 values the decision was stored with."""

    context_version: str
    tokens_in: int | None
    tokens_out: int | None
    cost_usd: float | None
    latency_seconds: float | None
