"""Which rule is for a request."""

import time
from dataclasses import replace
from types import MappingProxyType

import msgspec
import pytest

from service.rules.facts import Facts
from service.rules.language import known_languages, language_of
from service.rules.rules import Rules
from service.settings.rules import Rule

PLAIN = Facts(
    route="default",
    tags=frozenset(),
    headers=MappingProxyType({}),
    tokens_in=100,
    text="What is the capital of France?",
)


def facts(**told: object) -> Facts:
    return replace(PLAIN, **told)  # type: ignore[arg-type]


def rules(*conditions: dict[str, object]) -> Rules:
    return Rules(
        msgspec.convert({"name": f"r{k}", "when": when, "use": {"model": "m"}}, Rule)
        for k, when in enumerate(conditions)
    )


def holds(when: dict[str, object], **told: object) -> bool:
    return rules(when).first(facts(**told)) is not None


def test_the_first_that_holds_counts() -> None:
    several = rules({"tags": ["x"]}, {"least_tokens": 50}, {})

    first = several.first(facts())

    assert first is not None
    assert first.name == "r1"


def test_a_rule_without_conditions_is_for_any_request() -> None:
    assert holds({})


@pytest.mark.parametrize(
    ("when", "fitting", "other"),
    [
        ({"routes": ["a", "b"]}, {"route": "b"}, {"route": "c"}),
        ({"tags": ["a", "b"]}, {"tags": frozenset("bc")}, {"tags": frozenset("c")}),
        ({"all_tags": ["a", "b"]}, {"tags": frozenset("abc")}, {"tags": frozenset("bc")}),
        ({"headers": {"X-Team": "ads"}}, {"headers": {"x-team": "ads"}}, {"headers": {}}),
        ({"headers": {"a": "x"}}, {"headers": {"a": "x"}}, {"headers": {"a": "xx"}}),
        (
            {"headers_matching": {"X-Team": "^(ads|search)$"}},
            {"headers": {"x-team": "search"}},
            {"headers": {"x-team": "research"}},
        ),
        ({"headers_matching": {"x-team": ""}}, {"headers": {"x-team": "any"}}, {"headers": {}}),
        ({"least_tokens": 100}, {"tokens_in": 100}, {"tokens_in": 99}),
        ({"most_tokens": 0}, {"tokens_in": 0}, {"tokens_in": 1}),
        ({"languages": ["de", "fr"]}, {"text": "Wie spät ist es in Basel?"}, {}),
        ({"prompt_matching": r"\bSQL\b"}, {"text": "Write SQL:\nnow"}, {"text": "MySQLs"}),
    ],
)  # fmt: skip
def test_each_condition_holds_where_it_says(
    when: dict[str, object], fitting: dict[str, object], other: dict[str, object]
) -> None:
    assert holds(when, **fitting)
    assert not holds(when, **other)


def test_all_conditions_of_a_rule_must_hold() -> None:
    both: dict[str, object] = {"tags": ["a"], "least_tokens": 10}

    assert holds(both, tags=frozenset("a"), tokens_in=10)
    assert not holds(both, tags=frozenset("a"), tokens_in=9)
    assert not holds(both, tokens_in=10)


def test_an_expression_that_takes_too_long_holds_nothing_up_and_does_not_match() -> None:
    slow = rules({"prompt_matching": "^(a|aa)+$"}, {})
    began = time.process_time()

    found = slow.first(facts(text="a" * 5000 + "!"))

    assert time.process_time() - began < 1.0
    assert found is not None
    assert found.name == "r1"
    assert slow.timed_out == {"r0": 1}


def test_a_language_that_does_not_show_is_none() -> None:
    assert language_of("") is None
    assert language_of("1 + 1 = 2 !!") is None
    assert language_of("\ud800 \x00 \n") is None


def test_a_language_is_told_from_a_long_text_too() -> None:
    assert language_of("Où est la gare ?\n" * 10_000) == "fr"
    assert {"de", "en", "fr", "zh"} <= set(known_languages())
