"""Draws which requests two models answer, and carries those duels out in the background."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Self

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.errors import PointsmanError
from feedback.judging.picking import is_drawn
from service import clock
from service.deciding import Decided, Decider
from service.duels.asking import may_duel, most_answer_usd, second_request
from service.duels.bout import Bout
from service.duels.contest import Contest
from service.duels.filing import Filing
from service.duels.ring import Ring, rings_of
from service.duels.rival import rival
from service.duels.second import Seconds
from service.failover.attempts import Attempts
from service.failover.deadline import Deadline
from service.gateway.messages import CompletionRequest
from service.learning import Learning
from service.rating import Ratings
from service.storage.duels import DuelLog, DuelRecord

_AT_ONCE = 16

_log = structlog.get_logger(__name__)


class Duels:
    """Begins duels, so many at a time, and files what was left over from before a crash."""

    def __init__(
        self,
        decider: Decider,
        learning: Learning,
        rings: Mapping[str, Ring],
        filing: Filing,
        at_once: int = _AT_ONCE,
    ) -> None:
        """``rings``: by route; a route without one has no duels."""
        self.rings = rings
        self.dropped = Counter[str]()
        """By route, requests that were drawn and for which there was no room."""

        self.log = filing.log
        self._decider = decider
        self._learning = learning
        self._filing = filing
        self._at_once = at_once
        self._running: set[asyncio.Task[None]] = set()

    @classmethod
    def over(
        cls,
        engine: AsyncEngine,
        ratings: Ratings,
        decider: Decider,
        learning: Learning,
        seconds: Seconds,
    ) -> Self:
        """The duels of all configured routes."""
        filing = Filing(ratings, DuelLog(engine))
        return cls(decider, learning, rings_of(decider.settings, seconds, filing), filing)

    def begin(self, first: Attempts, request: CompletionRequest) -> Bout | None:
        """Draw whether a second model answers; waits for nothing."""
        ring = self.rings.get(first.decided.record.route)
        if ring is None or not self._is_drawn(first.decided, request, ring):
            return None
        if len(self._running) >= self._at_once:
            self.dropped[first.decided.record.route] += 1
            return None
        second = self._rival(first.decided, ring)
        return None if second is None else self._begun(first, second, request, ring)

    async def run(self) -> None:
        """File what was left over, and stop what goes on when cancelled."""
        await self._filing.file_the_rest()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    def _is_drawn(self, decided: Decided, request: CompletionRequest, ring: Ring) -> bool:
        if decided.record.chosen in ring.own or not may_duel(decided, request, ring.duel):
            return False
        return is_drawn(decided.record.id, ring.duel.rate, lot="duel")

    def _rival(self, first: Decided, ring: Ring) -> Decided | None:
        policy = self._learning.beliefs.policies[first.record.route]
        return rival(first, policy, self._decider.rng, ring.own)

    def _begun(
        self, first: Attempts, second: Decided, request: CompletionRequest, ring: Ring
    ) -> Bout:
        settings = self._decider.settings
        asked = second_request(request, ring.duel.max_answer_tokens)
        most = most_answer_usd(asked, settings.models[second.record.chosen])
        seconds = settings.routes[second.record.route].deadline_seconds
        bout = Bout(Deadline(seconds), returns_winner=ring.duel.answer == "winner")
        contest = Contest(_opened(first.decided, second, ring, most), first, second, bout, ring)
        task = asyncio.create_task(_run(contest, request, asked))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return bout


def _opened(first: Decided, second: Decided, ring: Ring, most_usd: float) -> DuelRecord:
    return DuelRecord(
        decision_id=first.record.id,
        second_id=second.record.id,
        route=first.record.route,
        at=clock.now(),
        answer=ring.duel.answer,
        judge=ring.duel.judge,
        source=ring.duel.source,
        probability=ring.duel.rate,
        first_model=first.record.chosen,
        second_model=second.record.chosen,
        answer_usd=most_usd,
    )


async def _run(contest: Contest, first: CompletionRequest, second: CompletionRequest) -> None:
    try:
        await contest.run(first, second)
    except PointsmanError as error:
        _log.warning("duel_not_over", decision_id=contest.record.decision_id, reason=str(error))
    except Exception as error:  # noqa: BLE001 one duel must not end the others
        kind = type(error).__name__
        _log.error("duel_not_over", decision_id=contest.record.decision_id, kind=kind)
