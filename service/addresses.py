"""From the name that a client asks for, by way of the rules, to a route and its models."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.asking import Asked
from service.errors import RouteForbidden, UnknownModelAsked, UnknownRoute
from service.rules.facts import Facts
from service.rules.rules import Rules
from service.settings import Model, Route, Settings
from service.settings.rules import Rule


@dataclass(frozen=True, slots=True)
class Address:
    """Where a request is decided, and among which models at most."""

    route: Route
    """The route that decides; where the client names a model, the one that learns from it."""

    models: Mapping[str, Model]
    """The route's models, or the one that the client names."""

    rule: Rule | None = None
    is_direct: bool = False
    """Whether the client names the model."""

    def left_out(self) -> dict[str, str]:
        """The models that the rule leaves out, and why."""
        if self.rule is None:
            return {}
        use = self.rule.use
        kept = use.candidates if use.model is None else (use.model,)
        if kept is None:
            return {}
        reason = f"left out by the rule {self.rule.name!r}"
        return {name: reason for name in self.models if name not in kept}


class Addresses:
    """Finds the address of a request."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rules = Rules(settings.rules)
        self._models = {
            name: {model: settings.models[model] for model in route.candidates}
            for name, route in settings.routes.items()
        }

    def of(self, asked: Asked) -> Address:
        """The address of a request; rules are for those that leave the choice to a route.

        A key's routes are those it may name: where a rule sends its requests is not its doing.

        Raises:
            RequestError: There is no such model or route, or not for the caller.
        """
        allowed = asked.caller.routes
        if allowed is not None and self._named(asked.model) not in allowed:
            raise RouteForbidden(asked.caller.key, asked.model, allowed)
        if asked.model in self._settings.models:
            named = {asked.model: self._settings.models[asked.model]}
            return Address(self._home(asked.model), named, is_direct=True)
        route = self._route(asked.model)
        rule = self._rules.first(_facts(route, asked)) if self._rules else None
        if rule is not None and rule.use.route is not None:
            route = rule.use.route
        return Address(self._settings.routes[route], self._models[route], rule)

    def _named(self, asked: str) -> str | None:
        """The route that a name is of, be it there or not; None of what looks like a model's."""
        if asked != "auto" and not asked.startswith("auto:"):
            return None
        return asked.removeprefix("auto").removeprefix(":") or self._settings.default_route

    def _route(self, asked: str) -> str:
        name = self._named(asked)
        if name is None:
            raise UnknownModelAsked(asked, tuple(self._settings.models))
        if name not in self._settings.routes:
            raise UnknownRoute(name, tuple(self._settings.routes))
        return name

    def _home(self, model: str) -> Route:
        """The route that learns from calls that name the model: the first that has it."""
        routes = self._settings.routes.values()
        return next((r for r in routes if model in r.candidates), next(iter(routes)))


def _facts(route: str, asked: Asked) -> Facts:
    return Facts(
        route=route,
        tags=frozenset(asked.dial.tags or ()),
        headers=asked.headers,
        tokens_in=asked.needs.tokens_in,
        text=asked.prompt.user,
    )
