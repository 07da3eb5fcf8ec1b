"""``/v1/routes/{route}/duels``: what duels cost, who won them, and what they taught."""

import asyncio

import msgspec
from litestar import get
from litestar.di import NamedDependency

from feedback.entry import QUALITY
from feedback.taught import Taught, comparisons_of
from service import clock
from service.duels.duels import Duels
from service.errors import UnknownRoute
from service.learning import Learning
from service.settings import Settings
from service.storage.duels import Standing, Tally


class RouteDuels(msgspec.Struct, frozen=True):
    """A route's duels."""

    route: str
    judge: str | None
    """The model that compares; None where there are no duels."""

    answer: str | None
    """What clients get: the first answer or the winner's."""

    budget_usd_per_day: float | None
    today: Tally
    """Since midnight, UTC."""

    ever: Tally
    standings: tuple[Standing, ...]
    """How often each model won over each other one."""

    taught: Taught | None
    """What is believed for more certain thanks to the preferences of the duels' source."""

    dropped: int
    """Requests that were drawn and had no room, since this process started."""


@get("/v1/routes/{route:str}/duels", summary="Show what duels cost and taught", tags=["feedback"])
async def route_duels(
    route: str,
    settings: NamedDependency[Settings],
    duels: NamedDependency[Duels],
    learning: NamedDependency[Learning],
) -> RouteDuels:
    """How many duels there were, their cost, wins and ties, and the information they gave."""
    if route not in settings.routes:
        raise UnknownRoute(route, tuple(settings.routes))
    duel = settings.routes[route].duel
    # First, since duels are paid for before they teach: what is told of cost is then no older.
    taught = await _taught(learning, route, duel.source) if duel else None
    return RouteDuels(
        route=route,
        judge=duel.judge if duel else None,
        answer=duel.answer if duel else None,
        budget_usd_per_day=duel.budget_usd_per_day if duel else None,
        today=await duels.log.tally(route, clock.now()),
        ever=await duels.log.tally(route),
        standings=tuple(await duels.log.standings(route)),
        taught=taught,
        dropped=duels.dropped[route],
    )


async def _taught(learning: Learning, route: str, source: str) -> Taught | None:
    """Reckoned beside the requests: determinants take their time where there are many models."""
    account = comparisons_of(learning.beliefs.policies[route], source, QUALITY)
    return None if account is None else await asyncio.to_thread(account.taught)
