"""What may be amiss: segments rated lower than the rest, and models whose ratings changed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.policies.thompson import Thompson
from feedback.segments.lower import Lower, compared, found
from service.learning import Learning
from service.settings import Settings
from service.storage.alarms import Condition
from service.storage.changed import quality_about
from service.storage.traffic import Seen, seen, traffic_of

_STILL = 10.0
"""An alarm ends where its chance is more than so many times the one that raises it."""


@dataclass(slots=True)
class Look:
    """What one look found."""

    heard: int
    """Up to where in the log of feedback it had been learned."""

    found: list[Condition] = field(default_factory=list)
    holding: list[Condition] = field(default_factory=list)
    """What is too little to raise an alarm, and too much to end one."""


class Looking:
    """Compares segments by the log, and asks policies whether a model has changed."""

    def __init__(self, settings: Settings, engine: AsyncEngine, learning: Learning) -> None:
        self._settings = settings
        self._engine = engine
        self._learning = learning

    async def look(self) -> Look:
        """Look at every route.

        Raises:
            StorageError: The database cannot be asked.
        """
        look = Look(self._learning.beliefs.feedback_seq)
        for route in self._settings.routes:
            if self._settings.alarms.drift:
                look.found += await self._changed(route)
            if self._settings.alarms.by:
                await self._compare(route, look)
        return look

    async def _changed(self, route: str) -> list[Condition]:
        policy = self._learning.beliefs.policies[route]
        if not isinstance(policy, Thompson):
            return []
        return [
            Condition(
                "drift", route, model, await quality_about(self._engine, route, model, seq), seq
            )
            for model, seq in policy.restarted().items()
        ]

    async def _compare(self, route: str, look: Look) -> None:
        decisions = await seen(self._engine, route)
        for key in self._settings.alarms.by:
            found, holding = await asyncio.to_thread(self._lower, route, key, decisions)
            look.found += found
            look.holding += holding

    def _lower(
        self, route: str, key: str, decisions: Sequence[Seen]
    ) -> tuple[list[Condition], list[Condition]]:
        traffic, alarms = traffic_of(decisions, key), self._settings.alarms
        reference = self._settings.reference_of(route)
        if reference not in traffic.said:
            return [], []
        lower = compared(traffic.segments, traffic.said[reference])
        here = {value: _condition(route, key, value, one) for value, one in lower.items()}
        still = min(_STILL * alarms.false_alarms, 0.5), alarms.least_difference / 2.0
        up = found(lower, alarms.false_alarms, alarms.least_difference)
        return [here[value] for value in up], [here[value] for value in found(lower, *still)]


def _condition(route: str, key: str, value: str | None, lower: Lower) -> Condition:
    """Of decisions without such a tag, the subject is one that no tag can be."""
    subject = f"no {key}" if value is None else f"{key}:{value}"
    measured = {"difference": lower.difference, "chance": lower.chance}
    return Condition("segment", route, subject, measured)
