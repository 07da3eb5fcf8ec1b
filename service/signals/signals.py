"""Takes what clients do for feedback, where a route says so, and files it as everybody's.

Requests do two things here, neither of which waits for anything: they look an earlier answer up,
and put what they say of it into a queue. A queue that is full takes no more, which is logged.
"""

import asyncio

import msgspec
import structlog

from bandit.errors import PointsmanError
from service import clock
from service.caller import KEYLESS
from service.gateway.messages import EMBEDDINGS, CompletionRequest
from service.rating import Ratings, Said
from service.settings import Settings
from service.signals.memory import Answered, Memory
from service.signals.noticing import Signal, answered, noticed
from service.signals.place import Place, place_of
from service.storage.records import DecisionRecord, OutcomeRecord

_MOST_WAITING = 256
_MOST_REMEMBERED = 20_000

_log = structlog.get_logger(__name__)


class Signals:
    """Notices signals, and files them from a background task of its own."""

    def __init__(
        self, settings: Settings, ratings: Ratings, most_waiting: int = _MOST_WAITING
    ) -> None:
        self.dropped = 0
        """Signals for which there was no room, since the last that there was room for."""

        self._routes = settings.routes
        self._ratings = ratings
        self._memory = Memory(_MOST_REMEMBERED)
        self._queue = asyncio.Queue[Signal](most_waiting)
        self._is_on = any(route.signals.any for route in settings.routes.values())

    def begin(self, request: CompletionRequest) -> "Turn | None":
        """Notice what a request says of an earlier answer; None where nothing is heeded."""
        if not self._is_on or request.path == EMBEDDINGS:
            return None
        session = request.pointsman.session_id
        place = place_of(request.messages, session, request.caller.key)
        signal = noticed(place, self._memory, self._routes, clock.now())
        if signal is not None:
            self.offer(signal)
        return Turn(self, place)

    def remember(self, place: Place, record: DecisionRecord) -> None:
        """An answer is complete; later requests may say something of it."""
        if self._routes[record.route].signals.any:
            given = Answered(record.id, record.route, clock.now())
            self._memory.keep(place.own, answered(place, self._memory, self._routes, given))

    def aborted(self, record: DecisionRecord, outcome: OutcomeRecord) -> None:
        """A client hung up on a stream.

        A rating is of the model that answered or, where none did to the end, of the one that was
        chosen; what is said of another is passed over.
        """
        aborted = self._routes[record.route].signals.aborted
        if aborted is not None and outcome.model == record.chosen:
            self.offer(Signal("aborted", record.id, aborted.source, aborted.quality))

    def offer(self, signal: Signal) -> None:
        """Have a signal filed, if there is room."""
        if self._queue.full():
            self.dropped += 1
        else:
            self._queue.put_nowait(signal)

    async def run(self) -> None:
        """File what is noticed until cancelled."""
        while True:
            signal = await self._queue.get()
            try:
                await self._file(signal)
            except PointsmanError as error:
                _log.warning("signal_not_kept", decision_id=signal.decision_id, reason=str(error))
            except Exception as error:  # noqa: BLE001 one signal must not end the filing of others
                kind = type(error).__name__
                _log.error("signal_not_kept", decision_id=signal.decision_id, kind=kind)
            if self.dropped:
                _log.warning("signals_dropped", count=self.dropped)
                self.dropped = 0

    async def _file(self, signal: Signal) -> None:
        """Give the feedback; the key makes it one, however often it is noticed."""
        if not await asyncio.to_thread(lambda: signal.holds):
            return
        await self._ratings.take(
            Said(
                decision_id=signal.decision_id,
                source=signal.source,
                quality=signal.quality,
                given=msgspec.Raw(msgspec.json.encode({"signal": signal.name})),
                idempotency_key=f"signal {signal.name} {signal.decision_id}",
            ),
            KEYLESS,
        )


class Turn:
    """A request while it is answered."""

    def __init__(self, signals: Signals, place: Place) -> None:
        self._signals = signals
        self._place = place

    def answered(self, record: DecisionRecord) -> None:
        """It was answered, by this decision."""
        self._signals.remember(self._place, record)

    def ended(self, record: DecisionRecord, outcome: OutcomeRecord) -> None:
        """Its stream is over, to the end or not."""
        if outcome.status == "ok":
            self.answered(record)
        elif outcome.status == "cancelled":
            self._signals.aborted(record, outcome)
