"""Records to write, each as plain as its test allows."""

from datetime import UTC, datetime

import msgspec
import numpy as np

from service.storage.records import (
    DecisionRecord,
    FeedbackRecord,
    OutcomeRecord,
    ScoredCandidate,
)
from service.storage.writer import Writer

NOON = datetime(2025, 3, 14, 12, 0, 0, 123456, tzinfo=UTC)


def candidate(model: str) -> ScoredCandidate:
    return ScoredCandidate(model, 0.7, 0.1, 0.65, 0.002, 0.61, 0.5)


def decision(decision_id: str = "d1", **changes: object) -> DecisionRecord:
    plain = DecisionRecord(
        id=decision_id,
        at=NOON,
        route="default",
        policy="thompson",
        context_version="v1",
        context=np.array([1.0, 0.1, -2.5], np.float32),
        candidates=(candidate("small"), candidate("large")),
        chosen="small",
        propensity=0.5,
        cost_weight=20.0,
        latency_weight=0.0,
        prompt_hash="ab12",
        prompt=None,
        session_id=None,
        tags=(),
        tokens_in=12,
    )
    return msgspec.structs.replace(plain, **changes)


def outcome(decision_id: str = "d1", **changes: object) -> OutcomeRecord:
    plain = OutcomeRecord(
        decision_id=decision_id,
        at=NOON,
        model="small",
        status="ok",
        http_status=200,
        tokens_in=12,
        tokens_out=34,
        cost_usd=0.002,
        latency_seconds=0.8,
        time_to_first_token_seconds=0.2,
    )
    return msgspec.structs.replace(plain, **changes)


def rating(feedback_id: str = "f1", decision_id: str = "d1", **changes: object) -> FeedbackRecord:
    plain = FeedbackRecord(
        id=feedback_id,
        decision_id=decision_id,
        at=NOON,
        source="user",
        model="small",
        quality=0.75,
        given='{"score":0.75}',
        comment=None,
        tags=(),
        idempotency_key=None,
        subject=decision_id,
    )
    return msgspec.structs.replace(plain, **changes)


async def write(writer: Writer, *records: DecisionRecord | OutcomeRecord | FeedbackRecord) -> None:
    """Write records one after the other."""
    for record in records:
        if isinstance(record, FeedbackRecord):
            await writer.append_feedback(record)
        else:
            await writer.append(record)
