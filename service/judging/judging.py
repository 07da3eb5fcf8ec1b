"""Has a share of live traffic judged, and files the verdicts as everybody files feedback.

Requests do two things here, neither of which waits for anything: they draw a lot when a model has
begun to answer, and put the answer into a queue when it is complete. A queue that is full takes no
more, which is counted.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import msgspec
import structlog

from bandit.errors import FeedbackError, PointsmanError
from feedback.judging.picking import Picker, is_drawn
from service import clock
from service.caller import KEYLESS
from service.gateway.messages import EMBEDDINGS, CompletionRequest
from service.judging.answers import case_of
from service.judging.judge import Judge, Judged
from service.judging.picked import Offered, Picked
from service.rating import Ratings, Said
from service.settings import Settings
from service.settings.judges import ModelJudge
from service.storage.records import DecisionRecord
from service.storage.verdicts import VerdictRecord, Verdicts

_MOST_WAITING = 64
_AT_ONCE = 4

_log = structlog.get_logger(__name__)


class Judging:
    """Picks answers, and judges what was picked from background tasks of its own."""

    def __init__(
        self,
        settings: Settings,
        judges: Mapping[str, Judge],
        verdicts: Verdicts,
        ratings: Ratings,
        most_waiting: int = _MOST_WAITING,
    ) -> None:
        """``judges``: by route; a route without one is not judged."""
        self.judges = dict(judges)
        self.dropped = Counter[str]()
        """By route, answers that were picked and for which there was no room."""

        self._settings = settings
        self._verdicts = verdicts
        self._ratings = ratings
        self._queue = asyncio.Queue[Offered](most_waiting)
        self._pickers = {name: Picker(self._rate(name)) for name in judges}

    @property
    def waiting(self) -> int:
        """How many answers wait to be judged."""
        return self._queue.qsize()

    def pick(
        self, record: DecisionRecord, request: CompletionRequest, served: str
    ) -> Picked | None:
        """Draw whether an answer is judged; waits for nothing."""
        if record.route not in self._pickers or request.path == EMBEDDINGS:
            return None
        if self._is_own(record.route, served):
            return None
        probability = self._pickers[record.route].probability(_variance(record, served))
        if not is_drawn(record.id, probability):
            return None
        return Picked(record, request, probability, self._offer)

    async def run(self) -> None:
        """File what was left over, and judge until cancelled."""
        await self._file_the_rest()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(_AT_ONCE):
                tasks.create_task(self._work())

    def _offer(self, offered: Offered | None, route: str) -> None:
        if offered is None or self._queue.full():
            self.dropped[route] += 1
        else:
            self._queue.put_nowait(offered)

    async def _work(self) -> None:
        while True:
            offered = await self._queue.get()
            try:
                await self._judge(offered)
            except PointsmanError as error:
                _log.warning("not_judged", decision_id=offered.decision_id, reason=str(error))
            except Exception as error:  # noqa: BLE001 one answer must not end the judging of others
                kind = type(error).__name__
                _log.error("not_judged", decision_id=offered.decision_id, kind=kind)

    async def _judge(self, offered: Offered) -> None:
        judge = self.judges[offered.route]
        case = case_of(
            offered.messages, offered.answer, offered.reference, is_stream=offered.is_stream
        )
        if case is None:
            return
        prepared = judge.prepare(case)
        opened = self._opened(offered, judge, prepared.most_usd)
        if not await self._verdicts.open(opened, judge.budget_usd):
            return
        closed = _closed(opened, await prepared.judge())
        await self._verdicts.close(closed)
        if closed.score is not None:
            await self._file(closed)

    def _opened(self, offered: Offered, judge: Judge, most_usd: float) -> VerdictRecord:
        return VerdictRecord(
            decision_id=offered.decision_id,
            source=self._source(offered.route),
            route=offered.route,
            judge=judge.name,
            at=clock.now(),
            probability=offered.probability,
            cost_usd=most_usd,
        )

    async def _file(self, verdict: VerdictRecord) -> None:
        """Give the feedback; the key makes it one, however often this is done."""
        said = Said(
            decision_id=verdict.decision_id,
            source=verdict.source,
            quality=verdict.score or 0.0,
            given=msgspec.Raw(msgspec.json.encode({"score": verdict.score})),
            idempotency_key=f"verdict {verdict.source} {verdict.decision_id}",
        )
        try:
            await self._ratings.take(said, KEYLESS)
            verdict = replace(verdict, status="filed")
        except FeedbackError as refusal:
            verdict = replace(verdict, status="failed", reason=str(refusal))
        await self._verdicts.close(verdict)

    async def _file_the_rest(self) -> None:
        """What was judged before a crash, and never filed."""
        try:
            for source in sorted({self._source(route) for route in self.judges}):
                for verdict in await self._verdicts.not_filed(source):
                    await self._file(verdict)
        except PointsmanError as error:
            _log.warning("verdicts_not_filed", reason=str(error))

    def _is_own(self, route: str, served: str) -> bool:
        """Whether a model would judge itself, be it under another name."""
        judge = self._settings.routes[route].judge
        if not isinstance(judge, ModelJudge) or judge.allow_self:
            return False
        return served in self._settings.same_as(judge.model)

    def _source(self, route: str) -> str:
        judge = self._settings.routes[route].judge
        return judge.source if judge is not None else self._settings.default_source

    def _rate(self, route: str) -> float:
        judge = self._settings.routes[route].judge
        return judge.rate if judge is not None else 0.0


def _closed(opened: VerdictRecord, judged: Judged) -> VerdictRecord:
    verdict = judged.verdict
    return replace(
        opened,
        status="failed" if verdict is None else "scored",
        attempts=judged.attempts,
        cost_usd=judged.cost_usd,
        score=None if verdict is None else verdict.score,
        reason=judged.reason if verdict is None else verdict.reason,
    )


def _variance(record: DecisionRecord, served: str) -> float | None:
    """How little was known of who answered; None where the policy cannot tell."""
    stds = (each.quality_std for each in record.candidates if each.model == served)
    return next((std**2 for std in stds if std > 0), None)
