"""Who rates is not random: a rating counts for how unlikely it was to be given."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import structlog
from msgspec.structs import replace

from bandit.errors import PointsmanError
from feedback.selection import Answers, Weights
from service import clock
from service.settings import Settings
from service.storage.reader import Reader
from service.storage.records import FeedbackRecord
from service.storage.selection import Answered, Asked
from service.turns import Turns

_AT_ONCE = 50
"""Ratings weighed before requests have their turn."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Learned:
    """Which answers of a route one source rates by one metric, and what its ratings count for."""

    source: str
    metric: str
    context_version: str
    weights: Weights


class Selection:
    """Weighs ratings when they are taken in.

    What it says stands in the log, so that every reading of it teaches the same, whatever was
    learned by then of who rates. Until something was learned, and where nothing is, a rating
    counts for one. Preferences always do: who compares has seen two answers, of which nothing is
    learned here.
    """

    def __init__(self, settings: Settings, reader: Reader) -> None:
        self._settings = settings
        self._reader = reader
        self._routes = tuple(name for name in settings.routes if settings.weighed_on(name))
        self._learned: dict[tuple[str, str, str], Learned] = {}

    def learned_on(self, route: str) -> list[Learned]:
        """What is known of who rates a route's answers, by source and metric."""
        return [one for key, one in sorted(self._learned.items()) if key[0] == route]

    async def applied(
        self, records: Sequence[FeedbackRecord], turns: Turns
    ) -> list[FeedbackRecord]:
        """Weigh records, in their order.

        Raises:
            StorageError: The log cannot be asked.
        """
        heard = {(source, metric) for _, source, metric in self._learned}
        ratings = [r.decision_id for r in records if (r.source, r.metric) in heard]
        if not ratings:
            return list(records)
        asked = await self._reader.asked_in(ratings)
        weighed = list[FeedbackRecord]()
        async for some in turns.of(records, _AT_ONCE):
            weighed += [self._weighed(record, asked.get(record.decision_id)) for record in some]
        return weighed

    async def run(self) -> None:
        """Learn who rates, again and again, until cancelled."""
        async with asyncio.TaskGroup() as routes:
            for route in self._routes:
                routes.create_task(self._follow(route))

    async def learn(self) -> None:
        """Learn who rates, once.

        Raises:
            StorageError: The log cannot be asked.
        """
        for route in self._routes:
            await self._learn(route)

    async def _follow(self, route: str) -> None:
        weights = self._settings.routes[route].rating_weights
        while weights is not None:
            try:
                await self._learn(route)
            except PointsmanError as error:
                _log.warning("rating_weights_not_learned", route=route, reason=str(error))
            except Exception as error:  # noqa: BLE001 one failure must not be the last try
                _log.error("rating_weights_not_learned", route=route, kind=type(error).__name__)
            await asyncio.sleep(weights.every_seconds)

    async def _learn(self, route: str) -> None:
        weights = self._settings.routes[route].rating_weights
        if weights is None:
            return
        before = clock.now() - timedelta(seconds=weights.after_seconds)
        found = await self._reader.answered(route, before, weights.decisions)
        if found is None:
            return
        sources = self._settings.weighed_on(route)
        learned = await asyncio.to_thread(_learned, found, sources, weights.most)
        others = {key: one for key, one in self._learned.items() if key[0] != route}
        self._learned = others | {(route, one.source, one.metric): one for one in learned}

    def _weighed(self, record: FeedbackRecord, asked: Asked | None) -> FeedbackRecord:
        if asked is None or record.retracts or record.against is not None:
            return record
        learned = self._learned.get((asked.route, record.source, record.metric))
        if learned is None or learned.context_version != asked.context_version:
            return record
        answer = Answers(asked.context[None, :], [record.model])
        return replace(record, weight=record.weight * float(learned.weights.of(answer)[0]))


def _learned(found: Answered, sources: Collection[str], most: float) -> list[Learned]:
    """What answers say of each source and metric that rated any of them."""
    answers = Answers(np.concatenate(found.contexts), found.models)
    voices = {voice for voices in found.rated_by for voice in voices if voice[0] in sources}
    learned = list[Learned]()
    for voice in sorted(voices):
        rated = np.array([voice in voices for voices in found.rated_by])
        learned.append(Learned(*voice, found.context_version, Weights.fitted(answers, rated, most)))
    return learned
