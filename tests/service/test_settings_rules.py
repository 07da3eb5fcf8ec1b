"""What can be wrong with rules, told when the file is read."""

import pytest

from bandit.errors import ConfigError
from service.settings import loads
from service.settings.errors import UnknownModel

FILE = """
models:
  small: {base_url: http://h/v1, price: gpt-4o-mini}
  large: {base_url: http://h/v1, price: gpt-4o}
routes:
  default: {}
  best: {candidates: [large]}
rules:
  - {name: first, use: {route: best}}
  - %s
"""


def refusal(rule: str) -> ConfigError:
    with pytest.raises(ConfigError) as refused:
        loads(FILE % rule, {})
    return refused.value


def test_rules_are_read_in_their_order() -> None:
    rules = loads(FILE % "{name: next, when: {tags: [a]}, use: {model: large}}", {}).rules

    assert [rule.name for rule in rules] == ["first", "next"]
    assert rules[1].when.tags == ("a",)
    assert rules[1].use.model == "large"


@pytest.mark.parametrize(
    ("rule", "fact", "remedy"),
    [
        ("{name: first, use: {route: best}}", "rules[1].name is 'first'", "a name of its own"),
        ("{name: x, use: {}}", "rules[1].use is an empty mapping", "one of route, model"),
        ("{name: x}", "rules[1].use is missing", "where it goes"),
        ("{name: x, use: {route: bst}}", "rules[1].use.route is 'bst'", "did you mean best?"),
        (
            "{name: x, when: {routes: [default, bst]}, use: {route: best}}",
            "rules[1].when.routes[1] is 'bst'",
            "did you mean best?",
        ),
        (
            "{name: x, use: {model: large, candidates: [large]}}",
            "rules[1].use.model is 'large'",
            "remove it or candidates",
        ),
        (
            "{name: x, when: {prompt_matching: '('}, use: {route: best}}",
            "rules[1].when.prompt_matching is '('",
            "missing )",
        ),
        (
            "{name: x, when: {headers_matching: {x-a: '['}}, use: {route: best}}",
            "rules[1].when.headers_matching.x-a is '['",
            "mend the regular expression",
        ),
        (
            "{name: x, when: {languages: [ger]}, use: {route: best}}",
            "rules[1].when.languages[0] is 'ger'",
            "use one of",
        ),
        (
            "{name: x, when: {least_tokens: 9, most_tokens: 8}, use: {route: best}}",
            "rules[1].when.most_tokens is 8",
            "at least least_tokens",
        ),
        ("{name: x, when: {tag: [a]}, use: {}}", "rules[1].when.tag", "did you mean tags?"),
        ("{name: x, when: {tags: []}, use: {}}", "rules[1].when.tags is an empty list", "a list"),
    ],
)
def test_a_bad_rule_is_named_with_its_key_and_its_remedy(rule: str, fact: str, remedy: str) -> None:
    wrong = refusal(rule)

    assert fact in wrong.fact
    assert remedy in wrong.remedy


@pytest.mark.parametrize(
    "rule",
    [
        "{name: x, use: {model: small, route: best}}",
        "{name: x, when: {routes: [best]}, use: {candidates: [small]}}",
        "{name: x, use: {model: small}}",
        "{name: x, use: {model: smal, route: default}}",
    ],
)
def test_a_rule_narrows_only_to_models_of_every_route_that_it_can_lead_to(rule: str) -> None:
    wrong = refusal(rule)

    assert isinstance(wrong, UnknownModel)
    assert "use.route" in wrong.remedy


def test_a_rule_for_one_route_narrows_to_that_routes_models() -> None:
    rule = "{name: x, when: {routes: [default]}, use: {candidates: [small]}}"

    assert loads(FILE % rule, {}).rules[1].use.candidates == ("small",)
