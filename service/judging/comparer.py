"""A model that says which of two answers is better."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from secrets import token_hex

from feedback.judging import comparing
from feedback.judging.comparing import Comparison, Pair, agreed
from feedback.judging.rubrics import RUBRICS
from service.judging.critic import Critic, Question, Reply


@dataclass(frozen=True, slots=True)
class PreparedPair:
    """Two answers that can be compared, and what that can cost at most."""

    compare: Callable[[], Awaitable[Reply[Comparison]]]
    most_usd: float


class Comparer:
    """Has one model compare answers, in both orders at once."""

    def __init__(self, critic: Critic, rubric: str, most_tokens: int) -> None:
        """``rubric`` is one of those that come along, by its name, or one in own words."""
        self.name = critic.name
        self._critic = critic
        self._rubric = RUBRICS.get(rubric, rubric)
        self._most_tokens = most_tokens

    def prepare(self, pair: Pair) -> PreparedPair:
        """Write both requests, and reckon what they can cost with their repetitions."""
        orders = self._question(pair), self._question(pair.swapped())
        return PreparedPair(partial(self._compare, *orders), sum(each.most_usd for each in orders))

    def _question(self, pair: Pair) -> Question:
        body = comparing.body(
            pair,
            self._rubric,
            token_hex(8),
            self._most_tokens,
            by_schema=self._critic.by_schema,
        )
        return self._critic.question(body, self._most_tokens)

    async def _compare(self, one: Question, other: Question) -> Reply[Comparison]:
        one_way, other_way = await asyncio.gather(
            *(self._critic.ask(question, comparing.of_model) for question in (one, other))
        )
        verdict = None
        if one_way.verdict is not None and other_way.verdict is not None:
            verdict = agreed(one_way.verdict, other_way.verdict.swapped())
        return Reply(
            verdict,
            one_way.reason or other_way.reason,
            one_way.attempts + other_way.attempts,
            one_way.cost_usd + other_way.cost_usd,
        )
