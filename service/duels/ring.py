"""What the duels of a route are carried out with."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.duels.filing import Filing
from service.duels.second import Seconds
from service.gateway.gateway import Gateway
from service.judging.comparer import Comparer
from service.judging.critic import Critic
from service.settings import Settings
from service.settings.duels import Duel


@dataclass(frozen=True, slots=True)
class Ring:
    """One for each route that has duels."""

    duel: Duel
    own: frozenset[str]
    """The names of the judge itself, where it must not judge itself."""

    comparer: Comparer
    seconds: Seconds
    filing: Filing


def rings_of(settings: Settings, seconds: Seconds, filing: Filing) -> Mapping[str, Ring]:
    """The ring of each route that has duels."""
    return {
        name: Ring(
            duel=route.duel,
            own=frozenset() if route.duel.allow_self else settings.same_as(route.duel.judge),
            comparer=_comparer(settings, route.duel, seconds.gateway),
            seconds=seconds,
            filing=filing,
        )
        for name, route in settings.routes.items()
        if route.duel is not None
    }


def _comparer(settings: Settings, duel: Duel, gateway: Gateway) -> Comparer:
    critic = Critic(settings.models[duel.judge], gateway, duel.timeout_seconds)
    return Comparer(critic, duel.rubric, duel.max_tokens)
