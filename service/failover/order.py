"""Who is called when the chosen model fails."""

from functools import cached_property

import numpy as np

from service.availability.availability import Availability
from service.deciding import Decided
from service.gateway.messages import CompletionRequest
from service.settings import Model, Settings

_DIRECT = "direct"
"""The policy of a request that names its model: nobody stands in for it."""


class Order:
    """The models that may stand in for the chosen one, best first; each is given once.

    It is drawn up when somebody asks for it, which for most requests is never.
    """

    def __init__(
        self,
        decided: Decided,
        request: CompletionRequest,
        settings: Settings,
        availability: Availability,
    ) -> None:
        self._decided = decided
        self._request = request
        self._settings = settings
        self._availability = availability
        self._takes_anyone = availability.why_not(decided.record.chosen) is not None
        """The choice was among models none of which should be called: there is nothing to lose."""

    def next(self) -> str | None:
        """The best model that can be called now; None when there is none."""
        following = self._first()
        if following is not None:
            self._left.remove(following)
        return following

    def has_more(self) -> bool:
        """Whether another model could be called now."""
        return self._first() is not None

    def is_out(self, model: str) -> bool:
        """Whether more than the calls it has speaks against calling a model again."""
        return self._availability.is_out(model)

    @cached_property
    def _left(self) -> list[str]:
        return stand_ins(self._decided, self._request, self._settings)

    def _first(self) -> str | None:
        able = (model for model in self._left if self._availability.why_not(model) is None)
        anyone = self._left[0] if self._left and self._takes_anyone else None
        return next(able, anyone)


def stand_ins(decided: Decided, request: CompletionRequest, settings: Settings) -> list[str]:
    """Who may stand in for the chosen model: as the route says, or else as the decision has it."""
    record = decided.record
    if record.policy == _DIRECT:
        return []
    route = settings.routes[record.route]
    if route.fallbacks is None:
        return [model for model in _by_utility(decided) if model != record.chosen]
    return [
        model
        for model in route.fallbacks
        if model != record.chosen and _may(settings.models[model], decided, request)
    ]


def _by_utility(decided: Decided) -> list[str]:
    """The candidates, best first, as this request drew them; the policy's order where they tie."""
    best_first = np.argsort(-decided.decision.utility, kind="stable")
    return [decided.decision.candidates[k] for k in best_first]


def _may(model: Model, decided: Decided, request: CompletionRequest) -> bool:
    """Whether a configured model may stand in: able to, and within what the request allows.

    Of one that was no candidate nobody has told what the request would cost there.
    """
    dial, record = request.pointsman, decided.record
    if model.name in decided.decision.candidates:
        return True
    if model.name in record.left_out or not (model.chats and request.needs <= model.capabilities):
        return False
    return dial.candidates is None and dial.max_cost_usd is None
