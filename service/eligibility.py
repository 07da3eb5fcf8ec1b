"""Which of a route's models may be chosen for a request: filters, before the policy."""

from collections.abc import Mapping
from dataclasses import dataclass

from bandit.arrays import Vector
from service.errors import NoEligibleModel, UnknownModelAsked
from service.settings import Model


@dataclass(frozen=True, slots=True)
class Needs:
    """What a request asks of the model that answers it."""

    capabilities: frozenset[str]
    tokens_in: int
    most_tokens_out: int | None
    candidates: tuple[str, ...] | None
    """The models the caller limits the choice to."""


def eligible(route: str, models: Mapping[str, Model], needs: Needs) -> tuple[str, ...]:
    """The models that can do what is needed, in the route's order.

    Raises:
        UnknownModelAsked: The caller named a candidate that the route does not have.
        NoEligibleModel: None can; the reason is given for each.
    """
    for name in needs.candidates or ():
        if name not in models:
            raise UnknownModelAsked(name, tuple(models))
    reasons = {name: _reason_against(name, model, needs) for name, model in models.items()}
    able = tuple(name for name, reason in reasons.items() if reason is None)
    if not able:
        raise NoEligibleModel(route, {name: why for name, why in reasons.items() if why})
    return able


def _reason_against(name: str, model: Model, needs: Needs) -> str | None:
    if needs.candidates is not None and name not in needs.candidates:
        return "not among the candidates the request names"
    if missing := needs.capabilities - set(model.capabilities):
        return f"cannot do {', '.join(sorted(missing))}"
    tokens = needs.tokens_in + (needs.most_tokens_out or 0)
    if model.context_tokens is not None and tokens > model.context_tokens:
        return f"holds {model.context_tokens} tokens, the request needs about {tokens}"
    return None


def affordable(
    route: str, models: tuple[str, ...], cost_usd: Vector, most_usd: float | None
) -> tuple[str, ...]:
    """The models whose expected cost, shape ``(K,)``, is within the caller's limit.

    Raises:
        NoEligibleModel: None is.
    """
    if most_usd is None:
        return models
    costs = dict(zip(models, cost_usd.tolist(), strict=True))
    able = tuple(name for name, cost in costs.items() if cost <= most_usd)
    if not able:
        over = {name: f"expected to cost {cost:.6f} USD" for name, cost in costs.items()}
        raise NoEligibleModel(route, over)
    return able
