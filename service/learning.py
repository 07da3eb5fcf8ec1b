"""Keeps the beliefs level with the log: reads its tail, feeds the learner, saves snapshots."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from bandit.errors import PointsmanError, StateError
from feedback.learner import Learner
from service import clock
from service.storage.snapshots import Snapshot, Snapshots
from service.storage.tail import Tail
from service.storage.writer import GROUP
from service.turns import Turns

_NAME = "learner"
_AT_ONCE = 32
"""Entries learned from before requests have their turn: a millisecond's worth."""

PAGE = 2 * GROUP
"""Entries read at once: more than one commit of much feedback. A page that is full does not tell
that the log has ended."""

SHARED = 8 * PAGE
"""Places in the log that reading goes on for beyond where the log ended at first. So the next pass
has less to do, and whoever asked before does not wait for all that others write."""

_POLL_SECONDS = 0.25

_log = structlog.get_logger(__name__)


class Learning:
    """The learner and its place in the log.

    What the log says is the truth: a snapshot only shortens the way, and one that does not load
    is passed over for an older one, and at last for a replay of everything.
    """

    def __init__(
        self,
        make: Callable[[], Learner],
        tail: Tail,
        snapshots: Snapshots,
        snapshot_every: int,
    ) -> None:
        """``make`` gives a learner that has read nothing; snapshots come every so many entries."""
        self.beliefs = make()
        self.healthy = True
        self.turns = Turns()
        """Shared with whoever has other long work."""

        self._make = make
        self._tail = tail
        self._snapshots = snapshots
        self._snapshot_every = snapshot_every
        self._saved_at = 0
        self._passing = asyncio.Lock()
        self._asked = 0
        self._answered = 0
        """How many have called `catch_up`, and how many of the first of them are answered."""

        self._hastened = asyncio.Event()

    async def start(self) -> None:
        """Take up the newest snapshot that loads, and read on to the end of the log."""
        self.beliefs = await self._restored()
        self._saved_at = _place(self.beliefs)
        await self.catch_up()
        await self._follow_outcomes(self.beliefs)

    async def catch_up(self) -> None:
        """Learn from all feedback that is committed by now.

        Callers that wait together share one pass over the tail.
        """
        self._asked += 1
        ticket = self._asked
        async with self._passing:
            if self._answered < ticket:
                self._answered = await self._follow_feedback()

    def hasten(self) -> None:
        """Have `run` follow the log now: something was written, and the caller goes on writing."""
        self._hastened.set()

    async def run(self) -> None:
        """Follow the log until cancelled: other replicas' feedback, outcomes, snapshots."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._hastened.wait()
            self._hastened.clear()
            await self.follow()

    async def follow(self) -> None:
        """Learn from all that is committed by now, and save a snapshot if it is time."""
        try:
            await self.catch_up()
            await self._follow_outcomes(self.beliefs)
            await self._save_if_due()
            self.healthy = True
        except PointsmanError as error:
            self.healthy = False
            _log.error("learning_stalled", reason=str(error))

    async def save(self) -> None:
        """Save a snapshot of what was learned so far."""
        async with self._passing:
            beliefs, state = self.beliefs, self.beliefs.to_bytes()
            snapshot = Snapshot(
                _NAME, beliefs.feedback_seq, beliefs.outcome_seq, clock.now(), state
            )
        await self._snapshots.save(snapshot)
        if self.beliefs is beliefs:
            self._saved_at = snapshot.feedback_seq + snapshot.outcome_seq

    async def _restored(self) -> Learner:
        """The newest beliefs that were kept and heed the quarantines of now, or none yet."""
        heeded = await self._tail.quarantine_seq()
        async for snapshot in self._snapshots.newest_first(_NAME):
            learner = self._make()
            try:
                learner.restore(snapshot.opened())
            except StateError as error:
                _log.warning("snapshot_passed_over", reason=str(error))
            else:
                if learner.quarantine_seq == heeded:
                    return learner
        learner = self._make()
        learner.quarantine_seq = heeded
        return learner

    async def _follow_feedback(self) -> int:
        """Read on; where quarantines have changed, believe what the whole log says by them.

        Returns:
            How many of those who asked are answered.
        """
        while (answered := await self._read_on(self.beliefs)) is None:
            anew = await self._restored()
            if await self._read_on(anew) is not None:
                await self._follow_outcomes(anew)
                self.beliefs, self._saved_at = anew, 0
        return answered

    async def _read_on(self, learner: Learner) -> int | None:
        """Learn from all feedback that is there; nothing by other quarantines than before.

        Returns:
            How many of those who asked are answered; None where quarantines have changed.
        """
        answered, end = 0, None
        while True:
            asked = self._asked
            page = await self._tail.feedback_after(learner.feedback_seq, PAGE)
            if page.quarantine_seq != learner.quarantine_seq:
                return None
            if end is None:
                answered, end = asked, page.end
            async for rows in self.turns.of(page.rows, _AT_ONCE):
                await self.turns.through(learner.rate_in_steps(page.hearing.judged(rows)))
            if len(page.rows) < PAGE:
                return asked
            if learner.feedback_seq >= end + SHARED:
                return answered

    async def _follow_outcomes(self, learner: Learner) -> None:
        while entries := await self._tail.outcomes_after(learner.outcome_seq, PAGE):
            async for some in self.turns.of(entries, _AT_ONCE):
                await self.turns.through(learner.complete_in_steps(some))

    async def _save_if_due(self) -> None:
        if _place(self.beliefs) - self._saved_at >= self._snapshot_every:
            await self.save()


def _place(beliefs: Learner) -> int:
    """How much of the log they have read."""
    return beliefs.feedback_seq + beliefs.outcome_seq
