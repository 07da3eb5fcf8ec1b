"""What the API says of a decision."""

import msgspec

from service.storage.records import DecisionRecord, ScoredCandidate


class Explained(msgspec.Struct, frozen=True, omit_defaults=True):
    """A decision: what was chosen, among what, and with which probability."""

    decision_id: str
    route: str
    policy: str
    model: str
    propensity: float
    candidates: tuple[ScoredCandidate, ...]


def explained(record: DecisionRecord) -> Explained:
    """A decision's record, as the API shows it."""
    return Explained(
        decision_id=record.id,
        route=record.route,
        policy=record.policy,
        model=record.chosen,
        propensity=record.propensity,
        candidates=record.candidates,
    )
