"""From a duel that was judged to a preference in the log of feedback."""

from dataclasses import replace

import msgspec
import structlog

from bandit.errors import FeedbackError, PointsmanError
from feedback.scale import from_preference
from service.caller import KEYLESS
from service.rating import Ratings, Said
from service.storage.duels import DuelLog, DuelRecord

_log = structlog.get_logger(__name__)


class Filing:
    """Gives what judges found as everybody gives preferences, and once."""

    def __init__(self, ratings: Ratings, log: DuelLog) -> None:
        self._ratings = ratings
        self.log = log

    async def file(self, record: DuelRecord) -> None:
        """File one; its key makes it one word, however often this is done.

        Raises:
            StorageError: It could not be kept.
        """
        try:
            await self._ratings.take(_said(record), KEYLESS)
            record = replace(record, status="filed")
        except FeedbackError as refusal:
            record = replace(record, status="failed", reason=str(refusal))
        await self.log.close(record)

    async def file_the_rest(self) -> None:
        """What was judged before a crash, and never filed."""
        try:
            for record in await self.log.not_filed():
                await self.file(record)
        except PointsmanError as error:
            _log.warning("duels_not_filed", reason=str(error))


def _said(record: DuelRecord) -> Said:
    """A tie is a preference of no strength."""
    difference = record.difference or 0.0
    pair = (record.decision_id, record.second_id)
    winner, loser = pair if difference >= 0.0 else reversed(pair)
    strength = abs(difference)
    given = {"winner": winner, "loser": loser, "strength": strength}
    return Said(
        decision_id=winner,
        against=loser,
        source=record.source,
        quality=from_preference(strength),
        given=msgspec.Raw(msgspec.json.encode(given)),
        idempotency_key=f"duel {record.source} {record.decision_id}",
    )
