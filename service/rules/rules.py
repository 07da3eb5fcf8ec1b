"""The rules in their order; the first that is for a request counts."""

from collections import Counter
from collections.abc import Iterable

import structlog

from service.rules.conditions import Condition, conditions
from service.rules.facts import Facts
from service.settings.rules import Rule

_log = structlog.get_logger(__name__)


class Rules:
    """Finds the rule that is for a request."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple((rule, conditions(rule.when)) for rule in rules)
        self.timed_out: Counter[str] = Counter()
        """How often each rule's regular expression took too long."""

    def __bool__(self) -> bool:
        return bool(self._rules)

    def first(self, facts: Facts) -> Rule | None:
        """The first rule whose every condition holds; none holds that cannot be found out."""
        for rule, tests in self._rules:
            if self._holds(rule, tests, facts):
                return rule
        return None

    def _holds(self, rule: Rule, tests: tuple[Condition, ...], facts: Facts) -> bool:
        try:
            return all(test(facts) for test in tests)
        except TimeoutError:
            self.timed_out[rule.name] += 1
            _log.warning("rule_timed_out", rule=rule.name)
            return False
