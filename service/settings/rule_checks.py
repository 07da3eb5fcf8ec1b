"""Whether rules can be applied: names that exist, expressions that compile, known languages."""

from collections.abc import Iterator, Mapping

import regex

from service.rules.language import known_languages
from service.settings.document import Document
from service.settings.errors import UnknownModel, one_of
from service.settings.path import Path
from service.settings.resolved import Route
from service.settings.rules import Conditions, Rule, Target


def check_rules(document: Document, rules: tuple[Rule, ...], routes: Mapping[str, Route]) -> None:
    """Check every rule.

    Raises:
        BadValue: A name stands twice, or something is no route, expression, language or target.
        UnknownModel: A rule narrows a route to a model that the route does not have.
    """
    seen = set[str]()
    for number, rule in enumerate(rules):
        path = ("rules", number)
        if rule.name in seen:
            raise document.wrong((*path, "name"), "give each rule a name of its own")
        seen.add(rule.name)
        _check_conditions(document, (*path, "when"), rule.when, routes)
        _check_target(document, (*path, "use"), rule, routes)


def _check_conditions(
    document: Document, path: Path, when: Conditions, routes: Mapping[str, Route]
) -> None:
    for k, name in enumerate(when.routes or ()):
        if name not in routes:
            raise document.wrong((*path, "routes", k), one_of(name, tuple(routes)))
    for place, pattern in _patterns(when):
        _check_pattern(document, (*path, *place), pattern)
    for k, language in enumerate(when.languages or ()):
        if language not in known_languages():
            raise document.wrong((*path, "languages", k), one_of(language, known_languages()))
    least, most = when.least_tokens or 0, when.most_tokens
    if most is not None and most < least:
        raise document.wrong(
            (*path, "most_tokens"), "give at least least_tokens, or no request fits"
        )


def _patterns(when: Conditions) -> Iterator[tuple[Path, str]]:
    for header, pattern in when.headers_matching.items():
        yield ("headers_matching", header), pattern
    if when.prompt_matching is not None:
        yield ("prompt_matching",), when.prompt_matching


def _check_pattern(document: Document, path: Path, pattern: str) -> None:
    try:
        regex.compile(pattern)
    except regex.error as wrong:
        raise document.wrong(path, f"mend the regular expression: {wrong}") from None


def _check_target(document: Document, path: Path, rule: Rule, routes: Mapping[str, Route]) -> None:
    use = rule.use
    if use == Target():
        raise document.wrong(path, "give one of route, model, candidates")
    if use.model is not None and use.candidates is not None:
        raise document.wrong((*path, "model"), "remove it or candidates")
    if use.route is not None and use.route not in routes:
        raise document.wrong((*path, "route"), one_of(use.route, tuple(routes)))
    decides = (use.route,) if use.route else rule.when.routes or tuple(routes)
    for route in decides:
        _check_models(document, path, use, routes[route])


def _check_models(document: Document, path: Path, use: Target, route: Route) -> None:
    if use.model is not None and use.model not in route.candidates:
        raise _not_on(document, (*path, "model"), use.model, route)
    for k, model in enumerate(use.candidates or ()):
        if model not in route.candidates:
            raise _not_on(document, (*path, "candidates", k), model, route)


def _not_on(document: Document, path: Path, model: str, route: Route) -> UnknownModel:
    among = one_of(model, route.candidates)
    remedy = f"on route {route.name} {among}; or say when.routes or use.route"
    return UnknownModel(path, document.shown(path), remedy)
