"""``/v1/models`` and ``/v1/routes/{route}/policy``: what there is, and what is believed of it."""

import msgspec
import numpy as np
from litestar import get
from litestar.di import NamedDependency

from bandit.policies.thompson import Thompson
from service.caller import Caller
from service.errors import UnknownRoute
from service.learning import Learning
from service.policies import policy_name
from service.settings import Settings
from service.storage.reader import ModelTotals, Reader


class ListedModel(msgspec.Struct, frozen=True):
    """A name that may stand in a request's ``model``."""

    id: str
    object: str = "model"
    created: int = 0
    owned_by: str = "pointsman"


class ModelList(msgspec.Struct, frozen=True):
    """OpenAI's list of models."""

    data: tuple[ListedModel, ...]
    object: str = "list"


class BelievedModel(msgspec.Struct, frozen=True):
    """What a route has seen of a model, and believes of it on an average prompt."""

    model: str
    totals: ModelTotals | None
    traffic_share: float
    quality_mean: float | None
    """Mean quality on an average prompt; none for policies that believe nothing."""

    quality_low: float | None
    """Lower end of the 90 % interval."""

    quality_high: float | None


class RoutePolicy(msgspec.Struct, frozen=True):
    """A route's policy and its beliefs."""

    route: str
    policy: str
    willingness_to_pay_usd: float | None
    """None where cost is ignored."""

    models: tuple[BelievedModel, ...]


@get("/v1/models", summary="List models and routes", tags=["completions"])
async def models(settings: NamedDependency[Settings], caller: NamedDependency[Caller]) -> ModelList:
    """Every name a request's ``model`` can hold: ``auto``, the routes, the models."""
    routes = settings.routes if caller.routes is None else caller.routes
    auto = ("auto",) if settings.default_route in routes else ()
    named = settings.models if caller.routes is None else ()
    names = (*auto, *(f"auto:{route}" for route in routes), *named)
    return ModelList(tuple(ListedModel(name) for name in names))


@get("/v1/routes/{route:str}/policy", summary="Show a route's beliefs", tags=["routing"])
async def policy(
    route: str,
    settings: NamedDependency[Settings],
    reader: NamedDependency[Reader],
    learning: NamedDependency[Learning],
) -> RoutePolicy:
    """Per model: decisions, feedback, believed quality with a 90 % interval, cost, latency."""
    if route not in settings.routes:
        raise UnknownRoute(route, tuple(settings.routes))
    totals = {row.model: row for row in await reader.route_totals(route)}
    asked = settings.routes[route]
    willing = asked.willingness_to_pay_usd
    return RoutePolicy(
        route=route,
        policy=policy_name(asked.policy),
        willingness_to_pay_usd=None if willing == float("inf") else willing,
        models=_believed(asked.candidates, totals, learning.beliefs.policies[route]),
    )


def _believed(
    candidates: tuple[str, ...], totals: dict[str, ModelTotals], policy: object
) -> tuple[BelievedModel, ...]:
    decisions = sum(row.decisions for row in totals.values())
    intervals = _intervals(policy)
    return tuple(
        BelievedModel(
            model,
            totals.get(model),
            totals[model].decisions / decisions if model in totals else 0.0,
            *intervals.get(model, (None, None, None)),
        )
        for model in candidates
    )


def _intervals(policy: object) -> dict[str, tuple[float, float, float]]:
    if not isinstance(policy, Thompson):
        return {}
    models = policy.posterior.models
    average = np.eye(1, policy.posterior.size)[0]  # contexts are centred: the bare intercept
    belief = policy.posterior.at(average, models)
    ends = zip(models, belief.mean.tolist(), (1.645 * belief.std).tolist(), strict=True)
    return {model: (mean, mean - half, mean + half) for model, mean, half in ends}
