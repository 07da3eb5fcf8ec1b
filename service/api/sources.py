"""``/v1/routes/{route}/sources`` and ``…/raters``: what somebody's word is worth."""

import msgspec
from litestar import get
from litestar.di import NamedDependency

from bandit.policies.thompson import Thompson
from feedback.raters import Agreement, Reading, agreements, plainly
from feedback.source import Worth, worth_of
from service.errors import UnknownRoute
from service.learning import Learning
from service.settings import Settings
from service.storage.reader import Reader

_LATEST = 10_000
"""Words that raters are compared by."""


class RouteSources(msgspec.Struct, frozen=True):
    """Who rated a route's answers, and what came of it."""

    route: str
    reference: str
    """The source whose scale the others are calibrated to."""

    sources: tuple[Worth, ...]


@get("/v1/routes/{route:str}/sources", summary="Show what sources are worth", tags=["feedback"])
async def worth(
    route: str, settings: NamedDependency[Settings], learning: NamedDependency[Learning]
) -> RouteSources:
    """Per source and metric: ratings, noise and calibration, with 90 % intervals."""
    if route not in settings.routes:
        raise UnknownRoute(route, tuple(settings.routes))
    policy = learning.beliefs.policies[route]
    return RouteSources(route, settings.reference_of(route), worth_of(policy))


class RouteRaters(msgspec.Struct, frozen=True):
    """How raters compare with what was believed and with each other, the strangest first."""

    route: str
    raters: tuple[Agreement, ...]


@get("/v1/routes/{route:str}/raters", summary="Show who disagrees with everyone", tags=["feedback"])
async def raters(
    route: str,
    settings: NamedDependency[Settings],
    learning: NamedDependency[Learning],
    reader: NamedDependency[Reader],
) -> RouteRaters:
    """Per source and rater, by the latest 10,000 ratings: residuals and differences."""
    if route not in settings.routes:
        raise UnknownRoute(route, tuple(settings.routes))
    words = await reader.spoken(route, _LATEST)
    reading = _reading(learning.beliefs.policies[route])
    return RouteRaters(route, tuple(agreements(words, reading)))


def _reading(policy: object) -> Reading:
    if not isinstance(policy, Thompson):
        return plainly
    posterior = policy.posterior
    return lambda source: (posterior.calibration_of(source), posterior.noise_of(source))
