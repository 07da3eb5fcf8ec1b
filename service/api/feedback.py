"""``/v1/feedback``: what somebody thought of answers."""

from typing import Annotated

import msgspec
from litestar import delete, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from feedback.entry import QUALITY
from feedback.errors import AmbiguousScale, AmbiguousSubject
from feedback.scale import from_preference, from_range, from_score, from_stars, from_thumbs
from service.caller import Caller
from service.rating import Ratings, Said
from service.storage.records import FeedbackRecord

Text = Annotated[str, msgspec.Meta(max_length=10_000)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
"""No database has room for a NUL."""

_ENCODER = msgspec.json.Encoder()
_WAYS = ("score", "rating", "stars", "thumbs", "good")

Tags = Annotated[tuple[Name, ...], msgspec.Meta(max_length=50)]


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value on a scale of the sender's own."""

    value: float
    min: float
    max: float


class Feedback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly one of ``score``, ``rating``, ``stars``, ``thumbs`` and ``good`` rates an answer.

    It is about one decision, or about all of a session, whose decisions share it.
    """

    decision_id: Name | None = None
    session_id: Name | None = None
    source: Name | None = None
    metric: Name = QUALITY
    """Which side of the answer was looked at; one of the route's metrics."""

    score: float | None = None
    """A quality from 0 to 1."""

    rating: Scale | None = None
    stars: float | None = None
    """From 1 to 5."""

    thumbs: Annotated[str, msgspec.Meta(pattern="^(up|down)$")] | None = None
    good: bool | None = None
    comment: Text | None = None
    tags: Tags = ()
    rater: Name | None = None
    idempotency_key: Name | None = None

    def said(self) -> Said:
        """What was said, as a quality.

        Raises:
            FeedbackError: Not exactly one way of saying it was used, it is off its scale, or it is
                not clear what it is about.
        """
        if (self.decision_id is None) == (self.session_id is None):
            raise AmbiguousSubject
        given = self._given()
        if len(given) != 1:
            raise AmbiguousScale
        return Said(
            decision_id=self.decision_id or "",
            source=self.source,
            quality=self._quality(),
            given=msgspec.Raw(_ENCODER.encode(given)),
            metric=self.metric,
            comment=self.comment,
            tags=self.tags,
            idempotency_key=self.idempotency_key,
            rater=self.rater,
        )

    def _given(self) -> dict[str, object]:
        """How it was said."""
        ways = self.score, self.rating, self.stars, self.thumbs, self.good
        return {way: value for way, value in zip(_WAYS, ways, strict=True) if value is not None}

    def _quality(self) -> float:
        if self.score is not None:
            return from_score(self.score)
        if self.rating is not None:
            return from_range(self.rating.value, self.rating.min, self.rating.max)
        if self.stars is not None:
            return from_stars(self.stars)
        return from_thumbs(up=self.thumbs == "up" or self.good is True)


class Preference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which of two answers to one prompt is the better one."""

    winner: Name
    loser: Name
    source: Name | None = None
    strength: float = 1.0
    """How much better, from 0, a tie, to 1."""

    comment: Text | None = None
    tags: Tags = ()
    rater: Name | None = None
    idempotency_key: Name | None = None

    def said(self) -> Said:
        """What was said, as one half plus half of how much better the winner is.

        Raises:
            ScoreOutOfRange: The strength is not from 0 to 1.
        """
        given = {"winner": self.winner, "loser": self.loser, "strength": self.strength}
        return Said(
            decision_id=self.winner,
            against=self.loser,
            source=self.source,
            quality=from_preference(self.strength),
            given=msgspec.Raw(_ENCODER.encode(given)),
            comment=self.comment,
            tags=self.tags,
            idempotency_key=self.idempotency_key,
            rater=self.rater,
        )


class Acknowledged(msgspec.Struct, frozen=True):
    """The feedback is kept, and the posterior has moved."""

    feedback_id: str
    decision_id: str
    source: str
    model: str
    quality: float
    metric: str
    weight: float
    """How many ratings it counts for."""

    against: str | None = None


class AcknowledgedSession(msgspec.Struct, frozen=True):
    """Every decision of the session has its share."""

    session_id: str
    shares: tuple[Acknowledged, ...]


def acknowledged(record: FeedbackRecord) -> Acknowledged:
    """What is told of a word that is kept."""
    return Acknowledged(
        feedback_id=record.id,
        decision_id=record.decision_id,
        source=record.source,
        model=record.model,
        quality=record.quality,
        metric=record.metric,
        weight=record.weight,
        against=record.against,
    )


@post("/v1/feedback", status_code=202, summary="Rate a decision or a session", tags=["feedback"])
async def rate(
    data: JSONBody[Feedback], ratings: NamedDependency[Ratings], caller: NamedDependency[Caller]
) -> Acknowledged | AcknowledgedSession:
    """Rate an answer; a second rating by the same source and metric corrects the first."""
    said = data.said()
    if data.session_id is None:
        return acknowledged(await ratings.take(said, caller))
    shares = await ratings.take_of_session(data.session_id, said, caller)
    return AcknowledgedSession(data.session_id, tuple(acknowledged(share) for share in shares))


@post(
    "/v1/feedback/preference",
    status_code=202,
    summary="Say which of two answers is better",
    tags=["feedback"],
)
async def prefer(
    data: JSONBody[Preference], ratings: NamedDependency[Ratings], caller: NamedDependency[Caller]
) -> Acknowledged:
    """Compare two decisions on the same prompt; a second word on the two corrects the first.

    In the acknowledgement, the two stand in the order of their ids, and ``quality`` is one half
    plus half of how much better the first is.
    """
    return acknowledged(await ratings.take(data.said(), caller))


@delete(
    "/v1/feedback/{feedback_id:str}",
    status_code=200,
    summary="Take feedback back",
    tags=["feedback"],
)
async def retract(
    feedback_id: str, ratings: NamedDependency[Ratings], caller: NamedDependency[Caller]
) -> Acknowledged:
    """Take a word back: what it taught is unlearned, exactly; the log keeps both."""
    return acknowledged(await ratings.retract(feedback_id, caller))
