"""Who can be called now, who fails, who is slow: told by the calls of this process."""

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import structlog

from service import clock
from service.availability.breaker import Breaker
from service.availability.fading import FadingMean, FadingShare, LongMean
from service.availability.rate_limit import seconds_to_wait, seconds_until_reset
from service.errors import ModelBusy
from service.gateway.result import CallResult
from service.settings import AvailabilitySettings

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Model:
    """What is known of one model."""

    breaker: Breaker
    most_calls: int | None
    room: asyncio.Semaphore | None
    """None where there is no limit."""

    calls: int = 0
    """In flight."""

    is_tried: bool = False
    """A call is finding out whether it answers again."""

    limited_until: float = 0.0
    failures: FadingShare = field(default_factory=FadingShare)
    latency: FadingMean = field(default_factory=FadingMean)
    usual_latency: LongMean = field(default_factory=LongMean)

    def why_not(self, now: float) -> str | None:
        """Why it should not be called; None if it can be."""
        return self._why_broken(now) or self._why_busy()

    def is_only_busy(self, now: float) -> bool:
        """Whether nothing is wrong with it but the calls it has already."""
        return not self.is_out(now) and self._why_busy() is not None

    def is_out(self, now: float) -> bool:
        """Whether it is not to be called, however few calls it has."""
        return self._why_broken(now) is not None

    def _why_broken(self, now: float) -> str | None:
        if now < self.limited_until:
            return f"over its provider's rate limit for {self.limited_until - now:.1f} s more"
        state = self.breaker.state(now)
        if state == "open":
            return f"cooling down for {self.breaker.seconds_left(now):.1f} s more"
        if state == "half-open" and self.is_tried:
            return "failed before, and is being tried by another request"
        return None

    def _why_busy(self) -> str | None:
        if self.most_calls is not None and self.calls >= self.most_calls:
            return f"has {self.calls} calls in flight, as many as it may"
        return None


class Availability:
    """What the calls of this process tell of its models: who can be called, who fails, who is slow.

    It is kept in memory: a restart begins with every model available.
    """

    def __init__(
        self,
        settings: AvailabilitySettings,
        most_calls: Mapping[str, int | None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """``most_calls``: of each model, how many calls it may have in flight; None: any number."""
        self._settings = settings
        self._now = now
        self._models = {
            name: _Model(Breaker(settings), most, asyncio.Semaphore(most) if most else None)
            for name, most in most_calls.items()
        }

    def left_out(self, models: Iterable[str]) -> dict[str, str]:
        """The models that should not be called now, and why; never all of them.

        Where all are out, those stay in that are only busy; and all do where none is only busy.
        """
        names, now = tuple(models), self._now()
        reasons = {name: why for name in names if (why := self._models[name].why_not(now))}
        if len(reasons) < len(names):
            return reasons
        busy = {name for name in names if self._models[name].is_only_busy(now)}
        return {name: why for name, why in reasons.items() if name not in busy} if busy else {}

    def why_not(self, model: str) -> str | None:
        """Why a model should not be called now; None if it can be."""
        return self._models[model].why_not(self._now())

    def is_out(self, model: str) -> bool:
        """Whether a model cools down or is over its rate limit; one that is only busy is not."""
        return self._models[model].is_out(self._now())

    def failure_rate(self, model: str) -> float:
        """Exponentially weighted share of failed calls: 0 at first, and again after a while."""
        return self._models[model].failures.at(self._now())

    def latency_seconds(self, model: str) -> float | None:
        """Exponentially weighted latency of calls that succeeded; None where none did lately."""
        return self._models[model].latency.at(self._now())

    def slowness(self, model: str) -> float:
        """How many times longer than usual its calls take of late; 1 where nothing is known."""
        lately, usual = self.latency_seconds(model), self._models[model].usual_latency.value
        return lately / usual if lately and usual else 1.0

    async def begin(self, model: str, within_seconds: float = math.inf) -> bool:
        """A call begins, once the model has room for it; it is to be noted when it ends.

        Returns:
            Whether it is the call that finds out whether the model answers again.

        Raises:
            ModelBusy: It has none for that long.
        """
        known = self._models[model]
        if known.room is not None and not await _entered(known.room, within_seconds):
            raise ModelBusy(model, known.most_calls or 0)
        known.calls += 1
        tries = not known.is_tried and known.breaker.state(self._now()) == "half-open"
        known.is_tried = known.is_tried or tries
        return tries

    def note(self, model: str, result: CallResult, *, tries: bool) -> None:
        """A call that had begun ended; one from before a cool-down does not say how it ends."""
        known, now = self._models[model], self._now()
        known.calls -= 1
        known.is_tried = known.is_tried and not tries
        if known.room is not None:
            known.room.release()
        if result.status == "cancelled":
            return
        before = known.breaker.state(now)
        self._learn(known, result, now)
        if tries or before != "half-open":
            self._judge(known, result, now)
        after = known.breaker.state(now)
        if before != "open" and after == "open":
            _log.warning("model_cools_down", model=model, reason=result.reason)
        elif before == "half-open" and after == "closed":
            _log.info("model_answers_again", model=model)

    def _learn(self, known: _Model, result: CallResult, now: float) -> None:
        if result.status == "ok":
            known.latency.add(result.latency_seconds, now)
            known.usual_latency.add(result.latency_seconds)
        self._limit(known, result, now)
        known.failures.add(result.is_failure, now)

    @staticmethod
    def _judge(known: _Model, result: CallResult, now: float) -> None:
        """Let the breaker know; a rate limit is no failure."""
        if result.http_status == 429:
            return
        if result.reason == "denied":
            known.breaker.open(now)
        elif result.is_failure:
            known.breaker.failed(now)
        else:
            known.breaker.succeeded(now)

    def _limit(self, known: _Model, result: CallResult, now: float) -> None:
        """Leave the model alone for as long as its provider says, within our own bound."""
        if result.http_status == 429:
            told = seconds_to_wait(result.headers, clock.now())
            wait = self._settings.cool_down_seconds if told is None else told
        else:
            wait = seconds_until_reset(result.headers) or 0.0
        until = now + min(wait, self._settings.most_cool_down_seconds)
        known.limited_until = max(known.limited_until, until)


async def _entered(room: asyncio.Semaphore, within_seconds: float) -> bool:
    """Wait for room; tells whether there was any in time."""
    try:
        async with asyncio.timeout(within_seconds):
            return await room.acquire()
    except TimeoutError:
        return False
