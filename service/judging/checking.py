"""Judges that need no model and no network."""

import asyncio
from collections.abc import Callable
from functools import partial

import regex

from feedback.judging import checks
from feedback.judging.case import Case
from feedback.judging.schemas import compiled
from feedback.judging.verdict import Verdict
from service.judging.judge import Judged, Prepared
from service.settings.judges import CodeJudge, ExactJudge, JsonJudge, RegexJudge

_Check = Callable[[Case], Verdict | None]


class ByCheck:
    """Looks at answers; what cannot be judged so has no verdict."""

    budget_usd: float | None = None

    def __init__(self, settings: ExactJudge | RegexJudge | JsonJudge | CodeJudge) -> None:
        self.name = str(type(settings).__struct_config__.tag)
        self._is_slow = isinstance(settings, RegexJudge | JsonJudge)
        self._check = _check_of(settings)

    def prepare(self, case: Case) -> Prepared:
        """Nothing is to be got ready."""
        return Prepared(partial(self._judge, case))

    async def _judge(self, case: Case) -> Judged:
        """Patterns and schemas are looked at in a thread, where they may take their time."""
        verdict = await asyncio.to_thread(self._check, case) if self._is_slow else self._check(case)
        return Judged(verdict, "" if verdict else "undecided")


def _check_of(settings: ExactJudge | RegexJudge | JsonJudge | CodeJudge) -> _Check:
    match settings:
        case ExactJudge(case_sensitive=is_case_sensitive):
            return partial(checks.exact, is_case_sensitive=is_case_sensitive)
        case RegexJudge(pattern=pattern):
            return partial(checks.matches, pattern=regex.compile(pattern))
        case JsonJudge(schema=schema):
            return partial(checks.is_json, schema=None if schema is None else compiled(schema))
        case CodeJudge():
            return checks.is_code
