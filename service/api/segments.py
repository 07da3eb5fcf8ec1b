"""``/v1/routes/{route}/segments``: what each segment of a route's traffic gets."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from feedback.segments.report import Report, reported
from service.errors import UnknownRoute
from service.gateway.decoding import decoded
from service.rating import Ratings
from service.settings import Settings
from service.settings.alarms import TagKey
from service.storage.reader import Reader
from service.storage.traffic import MOST_DECISIONS, Seen, traffic_of

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Chances(msgspec.Struct, frozen=True):
    """How likely a source is to rate an answer by a metric, as `rating_weights` has learned it."""

    source: str
    metric: str
    by_model: Mapping[str, float]
    """The share that would be rated, had each model answered everything."""


class RouteSegments(msgspec.Struct, frozen=True):
    """A route's decisions by the value of one of their tags."""

    route: str
    by: str
    reference: str
    """The source by whose words segments are compared."""

    since: datetime | None
    most_decisions: int
    """No more are looked at than these, the latest."""

    report: Report
    chances: tuple[Chances, ...]
    """Empty where the route does not weigh ratings, or has not learned who rates."""


@get("/v1/routes/{route:str}/segments", summary="Compare segments of traffic", tags=["feedback"])
async def route_segments(
    route: str,
    by: FromQuery[str],
    settings: NamedDependency[Settings],
    reader: NamedDependency[Reader],
    ratings: NamedDependency[Ratings],
    *,
    since: FromQuery[str | None] = None,
) -> RouteSegments:
    """By the value that tags `key:value` give a key: traffic, quality, cost, and who rates."""
    if route not in settings.routes:
        raise UnknownRoute(route, tuple(settings.routes))
    key = decoded("by", lambda: msgspec.convert(by, TagKey))
    earliest = decoded("since", lambda: msgspec.convert(since, Moment | None))
    reference = settings.reference_of(route)
    decisions = await reader.seen(route, earliest)
    report = await asyncio.to_thread(_report, decisions, key, reference)
    chances = tuple(
        Chances(one.source, one.metric, one.weights.by_model)
        for one in ratings.selection.learned_on(route)
    )
    return RouteSegments(route, key, reference, earliest, MOST_DECISIONS, report, chances)


def _report(decisions: Sequence[Seen], by: str, reference: str) -> Report:
    return reported(traffic_of(decisions, by), reference)
