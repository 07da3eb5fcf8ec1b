"""From a rule's conditions as written to tests of a request, the quick ones first."""

from collections.abc import Callable, Iterator

from service.rules.facts import Facts
from service.rules.patterns import Pattern
from service.settings.rules import Conditions

Condition = Callable[[Facts], bool]


def conditions(when: Conditions) -> tuple[Condition, ...]:
    """The tests that a request must pass, all of them; a pattern's may raise `TimeoutError`."""
    return (*_of_names(when), *_of_tokens(when), *_of_headers(when), *_of_prompt(when))


def _of_names(when: Conditions) -> Iterator[Condition]:
    routes, tags = frozenset(when.routes or ()), frozenset(when.tags or ())
    all_tags = frozenset(when.all_tags or ())
    if routes:
        yield lambda facts: facts.route in routes
    if tags:
        yield lambda facts: not tags.isdisjoint(facts.tags)
    if all_tags:
        yield lambda facts: all_tags <= facts.tags


def _of_tokens(when: Conditions) -> Iterator[Condition]:
    least, most = when.least_tokens, when.most_tokens
    if least is not None:
        yield lambda facts: facts.tokens_in >= least
    if most is not None:
        yield lambda facts: facts.tokens_in <= most


def _of_headers(when: Conditions) -> Iterator[Condition]:
    for name, value in when.headers.items():
        yield _header_is(name.lower(), value)
    for name, written in when.headers_matching.items():
        yield _header_matches(name.lower(), Pattern(written))


def _of_prompt(when: Conditions) -> Iterator[Condition]:
    languages = frozenset(when.languages or ())
    if languages:
        yield lambda facts: facts.language in languages
    if when.prompt_matching is not None:
        pattern = Pattern(when.prompt_matching)
        yield lambda facts: pattern.found_in(facts.text)


def _header_is(name: str, value: str) -> Condition:
    return lambda facts: facts.headers.get(name) == value


def _header_matches(name: str, pattern: Pattern) -> Condition:
    def matches(facts: Facts) -> bool:
        value = facts.headers.get(name)
        return value is not None and pattern.found_in(value)

    return matches
