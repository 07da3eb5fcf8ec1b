"""Links for a decision: made for those who have its answer, followed by whoever gets them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from feedback.errors import UnknownDecision
from feedback.scale import from_thumbs
from service import clock, early
from service.caller import Caller
from service.errors import LinkBroken, LinksNotConfigured
from service.links.tokens import Tokens, Vote
from service.rating import Ratings, Said
from service.settings import Settings
from service.speaking import source_of
from service.storage.subjects import Subjects

PATH = "/v1/links"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two links, one for each thumb."""

    up: str = field(repr=False)
    down: str = field(repr=False)
    expires_at: datetime


class Links:
    """Makes links, and takes the ratings that come by them."""

    def __init__(self, settings: Settings, subjects: Subjects, ratings: Ratings) -> None:
        self._settings = settings
        self._links = settings.links
        self._tokens = Tokens(settings.links.secrets) if settings.links else None
        self._subjects = subjects
        self._ratings = ratings

    async def make(
        self,
        decision_id: str,
        source: str | None,
        rater: str | None,
        seconds: int | None,
        caller: Caller,
    ) -> Pair:
        """Links that rate a decision of a caller's, for so long.

        Raises:
            LinksNotConfigured: There is nothing to sign them with.
            FeedbackError: The decision or the source is none.
            StorageError: The log cannot be asked.
        """
        if self._links is None or self._tokens is None:
            raise LinksNotConfigured
        found = await early.found(self._subjects, [decision_id], caller)
        if decision_id not in found:
            raise UnknownDecision(decision_id)
        source = source_of(source, found[decision_id].route, caller, self._settings)
        ends = int(clock.now().timestamp()) + (seconds or self._links.expire_after_seconds)
        up, down = (
            self._tokens.of(Vote(decision_id, thumb, source, rater, ends, caller.key))
            for thumb in (True, False)
        )
        at = f"{self._links.base_url}{PATH}"
        return Pair(f"{at}/{up}", f"{at}/{down}", datetime.fromtimestamp(ends, UTC))

    def read(self, token: str) -> Vote:
        """What a link would do.

        Raises:
            LinkBroken: It is none of ours, or not all of it.
            LinkExpired: Its time is up.
        """
        if self._tokens is None:
            raise LinkBroken
        return self._tokens.read(token, clock.now())

    async def follow(self, token: str) -> Vote:
        """Do what a link is for; another one's rating of the decision takes its place.

        Raises:
            LinkBroken, LinkExpired: As when it is read.
            FeedbackError: It is refused.
            StorageError: It could not be kept.
        """
        vote = self.read(token)
        maker = Caller(vote.key, operator=True)  # what it may was checked when it made the link
        thumbs = "up" if vote.up else "down"
        await self._ratings.take(
            Said(
                decision_id=vote.decision_id,
                source=vote.source,
                quality=from_thumbs(up=vote.up),
                given=msgspec.Raw(msgspec.json.encode({"thumbs": thumbs})),
                rater=vote.rater,
            ),
            maker,
        )
        return vote
