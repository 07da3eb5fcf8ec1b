"""Which of a route's models may be chosen for a request: filters, before the policy."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bandit.arrays import Vector
from service.errors import NoEligibleModel, UnknownModelAsked
from service.settings import EMBEDDINGS, Model


@dataclass(frozen=True, slots=True)
class Needs:
    """What a request asks of the model that answers it."""

    capabilities: frozenset[str]
    tokens_in: int
    most_tokens_out: int | None
    candidates: tuple[str, ...] | None
    """The models the caller limits the choice to."""


class Eligible:
    """A route's models, fewer by every filter; remembers why each of the others was left out."""

    def __init__(self, route: str, models: Iterable[str]) -> None:
        self.route = route
        self.models = tuple(models)
        """Those still in, in the route's order."""

        self.left_out: dict[str, str] = {}

    def leave_out(self, reasons: Mapping[str, str]) -> None:
        """Take models out, each for its reason.

        Raises:
            NoEligibleModel: None is left.
        """
        if reasons:
            self.left_out |= reasons
            self.models = tuple(name for name in self.models if name not in reasons)
        if not self.models:
            raise NoEligibleModel(self.route, self.left_out)


def unable(models: Mapping[str, Model], needs: Needs) -> dict[str, str]:
    """The models that cannot do what is needed or are not among those named, and why.

    Raises:
        UnknownModelAsked: The caller named a candidate that the route does not have.
    """
    for name in needs.candidates or ():
        if name not in models:
            raise UnknownModelAsked(name, tuple(models))
    reasons = ((name, _reason_against(name, model, needs)) for name, model in models.items())
    return {name: reason for name, reason in reasons if reason is not None}


def _reason_against(name: str, model: Model, needs: Needs) -> str | None:
    if needs.candidates is not None and name not in needs.candidates:
        return "not among the candidates the request names"
    if missing := needs.capabilities - model.capabilities:
        return f"cannot do {', '.join(sorted(missing))}"
    if not model.chats and EMBEDDINGS not in needs.capabilities:
        return "only embeds"
    tokens = needs.tokens_in + (needs.most_tokens_out or 0)
    if model.context_tokens is not None and tokens > model.context_tokens:
        return f"holds {model.context_tokens} tokens, the request needs about {tokens}"
    return None


def too_dear(models: tuple[str, ...], cost_usd: Vector, most_usd: float | None) -> dict[str, str]:
    """The models whose expected cost, shape ``(K,)``, is above the caller's limit, and why."""
    if most_usd is None:
        return {}
    costs = zip(models, cost_usd.tolist(), strict=True)
    return {name: f"expected to cost {usd:.6f} USD" for name, usd in costs if usd > most_usd}


def uninvolved(models: Collection[str], current: str) -> dict[str, str]:
    """The models that a tool loop is not with; none where its own is not among them."""
    reason = f"a tool's answer is on its way to {current}"
    return {name: reason for name in models if name != current} if current in models else {}
