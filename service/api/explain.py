"""What the API says of a decision."""

from collections.abc import Mapping

import msgspec

from service.storage.records import DecisionRecord, ScoredCandidate


class Explained(msgspec.Struct, frozen=True):
    """A decision: what was chosen, among what, and with which probability."""

    decision_id: str
    route: str
    policy: str
    model: str
    propensity: float
    candidates: tuple[ScoredCandidate, ...]
    left_out: Mapping[str, str]
    """The route's other models, and why each could not be chosen."""

    rule: str | None
    """The routing rule that applied, by its name."""

    conversation: str | None
    """The session that the request names, or a digest of how its conversation began."""


def explained(record: DecisionRecord) -> Explained:
    """A decision's record, as the API shows it."""
    return Explained(
        decision_id=record.id,
        route=record.route,
        policy=record.policy,
        model=record.chosen,
        propensity=record.propensity,
        candidates=record.candidates,
        left_out=record.left_out,
        rule=record.rule,
        conversation=record.conversation,
    )
