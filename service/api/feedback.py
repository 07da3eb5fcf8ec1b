"""``POST /v1/feedback``: what somebody thought of a decision's answer."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from feedback.errors import AmbiguousScale
from feedback.scale import from_range, from_score, from_thumbs
from service.rating import Ratings, Said

Text = Annotated[str, msgspec.Meta(max_length=10_000)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value on a scale of the sender's own."""

    value: float
    min: float
    max: float


class Feedback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly one of ``score``, ``rating`` and ``thumbs`` says how good the answer was."""

    decision_id: Name
    source: Name | None = None
    score: float | None = None
    """A quality from 0 to 1."""

    rating: Scale | None = None
    thumbs: Annotated[str, msgspec.Meta(pattern="^(up|down)$")] | None = None
    comment: Text | None = None
    tags: Annotated[tuple[Name, ...], msgspec.Meta(max_length=50)] = ()
    idempotency_key: Name | None = None

    def quality(self) -> float:
        """What was said, as a quality.

        Raises:
            FeedbackError: Not exactly one way of saying it was used, or it is off its scale.
        """
        given = [self.score is not None, self.rating is not None, self.thumbs is not None]
        if sum(given) != 1:
            raise AmbiguousScale
        if self.score is not None:
            return from_score(self.score)
        if self.rating is not None:
            return from_range(self.rating.value, self.rating.min, self.rating.max)
        return from_thumbs(up=self.thumbs == "up")

    def given(self) -> msgspec.Raw:
        """How it was said, as JSON."""
        said = {"score": self.score, "rating": self.rating, "thumbs": self.thumbs}
        only = {name: value for name, value in said.items() if value is not None}
        return msgspec.Raw(msgspec.json.encode(only))


class Acknowledged(msgspec.Struct, frozen=True):
    """The feedback is kept, and the posterior has moved."""

    feedback_id: str
    decision_id: str
    source: str
    model: str
    quality: float


@post("/v1/feedback", status_code=202, summary="Rate a decision", tags=["feedback"])
async def rate(data: JSONBody[Feedback], ratings: NamedDependency[Ratings]) -> Acknowledged:
    """Rate a decision's answer; a second rating by the same source corrects the first."""
    record = await ratings.take(
        Said(
            decision_id=data.decision_id,
            source=data.source,
            quality=data.quality(),
            given=data.given(),
            comment=data.comment,
            tags=data.tags,
            idempotency_key=data.idempotency_key,
        )
    )
    return Acknowledged(record.id, record.decision_id, record.source, record.model, record.quality)
