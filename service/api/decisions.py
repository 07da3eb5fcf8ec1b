"""``/v1/decisions/{id}``: explains a past decision; takes the outcome of a call made elsewhere."""

from typing import Annotated, Literal

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from feedback.errors import UnknownDecision
from service.api.explain import Explained, explained
from service.caller import Caller
from service.gateway.result import CallResult
from service.routing import Router
from service.storage.reader import Reader, StoredDecision
from service.storage.records import FeedbackRecord, OutcomeRecord

Count = Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=86_400)]


class Reported(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a call did that the caller made after ``/v1/route``."""

    tokens_in: Count | None = None
    tokens_out: Count | None = None
    latency_seconds: Seconds | None = None
    time_to_first_token_seconds: Seconds | None = None
    status: Literal["ok", "error", "cancelled"] = "ok"
    reason: Annotated[str, msgspec.Meta(max_length=1000)] | None = None


class ReportedOutcome(msgspec.Struct, frozen=True):
    """The outcome is kept."""

    decision_id: str
    model: str
    cost_usd: float | None


class PastRating(msgspec.Struct, frozen=True):
    """One piece of feedback on a decision, or on it beside another."""

    feedback_id: str
    at: str
    source: str
    metric: str
    decision_id: str
    against: str | None
    """The other decision of a preference."""

    quality: float
    """Of a preference, one half plus half of how much better `decision_id` is than `against`."""

    weight: float
    """How many ratings it counts for."""

    retracts: bool
    """Whether it takes back what the source had said."""

    comment: str | None
    tags: tuple[str, ...]
    rater: str | None
    key: str | None
    """With which it was posted."""


class PastDecision(msgspec.Struct, frozen=True):
    """A decision, why it fell so, what the call did and what was thought of it."""

    at: str
    decision: Explained
    context_version: str
    cost_weight: float
    latency_weight: float
    session_id: str | None
    tags: tuple[str, ...]
    key: str | None
    """With which the request came."""

    outcomes: tuple[OutcomeRecord, ...]
    feedback: tuple[PastRating, ...]
    answer: str | None
    """What was answered, where that is kept."""


@get("/v1/decisions/{decision_id:str}", summary="Explain a decision", tags=["routing"])
async def explain(
    decision_id: str, reader: NamedDependency[Reader], caller: NamedDependency[Caller]
) -> PastDecision:
    """What the candidates scored when it was made, its outcomes and its feedback."""
    stored = await _stored(reader, decision_id, caller)
    record = stored.decision
    return PastDecision(
        at=record.at.isoformat(),
        decision=explained(record),
        context_version=record.context_version,
        cost_weight=record.cost_weight,
        latency_weight=record.latency_weight,
        session_id=record.session_id,
        tags=record.tags,
        key=record.key,
        outcomes=stored.outcomes,
        feedback=tuple(_told(word) for word in stored.feedback),
        answer=stored.answer,
    )


def _told(word: FeedbackRecord) -> PastRating:
    return PastRating(
        feedback_id=word.id,
        at=word.at.isoformat(),
        source=word.source,
        metric=word.metric,
        decision_id=word.decision_id,
        against=word.against,
        quality=word.quality,
        weight=word.weight,
        retracts=word.retracts,
        comment=word.comment,
        tags=word.tags,
        rater=word.rater,
        key=word.key,
    )


@post(
    "/v1/decisions/{decision_id:str}/outcome",
    status_code=202,
    summary="Report what the call did",
    tags=["routing"],
)
async def report(
    decision_id: str,
    data: JSONBody[Reported],
    reader: NamedDependency[Reader],
    router: NamedDependency[Router],
    caller: NamedDependency[Caller],
) -> ReportedOutcome:
    """For those who decide with ``/v1/route`` and call the model themselves."""
    stored = await _stored(reader, decision_id, caller)
    record = stored.decision
    result = CallResult(
        status=data.status,
        reason=data.reason,
        http_status=None,
        tokens_in=data.tokens_in,
        tokens_out=data.tokens_out,
        time_to_first_token_seconds=data.time_to_first_token_seconds,
    )
    attempt = len(stored.outcomes) + 1
    outcome = await router.report(record, attempt, result, data.latency_seconds)
    return ReportedOutcome(record.id, record.chosen, outcome.cost_usd)


async def _stored(reader: Reader, decision_id: str, caller: Caller) -> StoredDecision:
    stored = await reader.decision(decision_id, caller)
    if stored is None:
        raise UnknownDecision(decision_id)
    return stored
