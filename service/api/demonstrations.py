"""``/v1/feedback/demonstration``: what an answer should have been."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from feedback.entry import QUALITY
from service.api.feedback import Acknowledged, Name, Tags, Text, acknowledged
from service.caller import Caller
from service.demonstrations import Demonstrations, Shown

Answer = Annotated[str, msgspec.Meta(min_length=1, max_length=100_000)]


class Demonstration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A better answer: one of one's own, or the one that was given, edited."""

    decision_id: Name
    answer: Answer
    """What the answer should have been."""

    sent: Answer | None = None
    """What the answer was; needed where the service does not keep it."""

    source: Name | None = None
    metric: Name = QUALITY
    comment: Text | None = None
    tags: Tags = ()
    rater: Name | None = None
    idempotency_key: Name | None = None

    def shown(self) -> Shown:
        """What was shown."""
        return Shown(**msgspec.structs.asdict(self))


@post(
    "/v1/feedback/demonstration",
    status_code=202,
    summary="Show what an answer should have been",
    tags=["feedback"],
)
async def demonstrate(
    data: JSONBody[Demonstration],
    demonstrations: NamedDependency[Demonstrations],
    caller: NamedDependency[Caller],
) -> Acknowledged:
    """Show a better answer; how much of what was sent could stay is the quality of that."""
    return acknowledged(await demonstrations.take(data.shown(), caller))
