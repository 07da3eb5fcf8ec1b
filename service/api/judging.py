"""``/v1/routes/{route}/judge`` and ``/v1/decisions/{id}/verdicts``: what is judged, and how."""

import msgspec
from litestar import get
from litestar.di import NamedDependency

from service import clock
from service.caller import Caller
from service.duels.duels import Duels
from service.errors import UnknownRoute
from service.judging.judging import Judging
from service.settings import Settings
from service.storage.duels import DuelRecord
from service.storage.reader import Reader
from service.storage.verdicts import Today, VerdictRecord, Verdicts


class RouteJudge(msgspec.Struct, frozen=True):
    """A route's judge, and what it did since midnight, UTC."""

    route: str
    judge: str | None
    """The model that judges, or the kind of judge that is none; None where nobody does."""

    budget_usd_per_day: float | None
    today: Today
    dropped: int
    """Answers that were picked and had no room to wait, since this process started."""


class VerdictList(msgspec.Struct, frozen=True):
    """What judges said of one answer."""

    data: tuple[VerdictRecord, ...]
    duel: DuelRecord | None
    """The duel that it was one of the answers of."""


@get("/v1/routes/{route:str}/judge", summary="Show what a route's judge does", tags=["feedback"])
async def route_judge(
    route: str,
    settings: NamedDependency[Settings],
    judging: NamedDependency[Judging],
    verdicts: NamedDependency[Verdicts],
) -> RouteJudge:
    """How many answers were judged today, and at what cost."""
    if route not in settings.routes:
        raise UnknownRoute(route, tuple(settings.routes))
    judge = judging.judges.get(route)
    return RouteJudge(
        route=route,
        judge=judge.name if judge else None,
        budget_usd_per_day=judge.budget_usd if judge else None,
        today=await verdicts.today(route, clock.now()),
        dropped=judging.dropped[route],
    )


@get(
    "/v1/decisions/{decision_id:str}/verdicts",
    summary="Show what judges said of an answer",
    tags=["feedback"],
)
async def decision_verdicts(
    decision_id: str,
    verdicts: NamedDependency[Verdicts],
    duels: NamedDependency[Duels],
    reader: NamedDependency[Reader],
    caller: NamedDependency[Caller],
) -> VerdictList:
    """Scores, reasons, costs, and with which probability the answer was picked."""
    if not await reader.has(decision_id, caller):
        return VerdictList((), None)
    return VerdictList(tuple(await verdicts.on(decision_id)), await duels.log.of(decision_id))
