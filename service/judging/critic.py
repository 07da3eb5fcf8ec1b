"""A model that judges, called through the gateway like every other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from feedback.judging.costs import most_usd
from feedback.judging.verdict import MalformedVerdict
from service.errors import CallFailed
from service.gateway.gateway import Completion, Gateway
from service.gateway.messages import CompletionRequest, parse
from service.gateway.result import CallResult
from service.judging.answers import case_of
from service.settings.resolved import Model

T = TypeVar("T")
_MALFORMED = "malformed"
_CALLS = 2
"""A malformed verdict is asked for once more."""


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """What a critic said."""

    verdict: T | None
    reason: str = ""
    """In one word, why there is no verdict."""

    attempts: int = 1
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """What a critic is asked, and what that can cost at most."""

    request: CompletionRequest
    one_call_usd: float

    @property
    def most_usd(self) -> float:
        """With the repetition."""
        return _CALLS * self.one_call_usd


class Critic:
    """Asks one model, reads strictly what it says, and counts what that costs."""

    def __init__(self, model: Model, gateway: Gateway, timeout_seconds: float) -> None:
        """``timeout_seconds`` is for one call."""
        self.name = model.name
        self.by_schema = "json_schema" in model.capabilities
        """Whether the model's provider can hold it to a schema."""

        self._model = model
        self._gateway = gateway
        self._timeout_seconds = timeout_seconds

    def question(self, body: Mapping[str, Any], most_tokens: int) -> Question:
        """Write a request, and reckon what it can cost."""
        request = parse(msgspec.json.encode({"model": self.name} | dict(body)))
        size = len(request.body_for(self._model.upstream_model))
        return Question(request, most_usd(self._model.price, size, most_tokens))

    async def ask(self, question: Question, read: Callable[[str], T]) -> Reply[T]:
        """Ask, and once more where `read` raises `MalformedVerdict`."""
        cost_usd, attempt = 0.0, 1
        while True:
            said = await self._ask(question, read)
            cost_usd += said.cost_usd
            if said.reason != _MALFORMED or attempt == _CALLS:
                return Reply(said.verdict, said.reason, attempt, cost_usd)
            attempt += 1

    async def _ask(self, question: Question, read: Callable[[str], T]) -> Reply[T]:
        """One call."""
        try:
            answer = await self._gateway.complete(
                self.name, question.request, self._timeout_seconds
            )
        except CallFailed as failure:
            lost = lost_usd(failure.result, question.one_call_usd)
            return Reply(None, failure.result.reason or "failed", cost_usd=lost)
        cost_usd = self._cost_usd(answer.result, question.one_call_usd)
        try:
            return Reply(read(_text(answer)), cost_usd=cost_usd)
        except MalformedVerdict:
            return Reply(None, _MALFORMED, cost_usd=cost_usd)

    def _cost_usd(self, result: CallResult, most: float) -> float:
        """What the provider counted; where it did not, the most that it can be."""
        if result.tokens_in is None or result.tokens_out is None:
            return most
        return self._model.price.cost_usd(result.tokens_in, result.tokens_out, result.parts)


def lost_usd(failed: CallResult, most: float) -> float:
    """What a call without an answer is taken to cost: an error is free, silence may be billed."""
    return 0.0 if failed.http_status not in {None, 200} else most


def _text(answer: Completion) -> str:
    case = case_of((), answer.body, None, is_stream=False)
    return case.answer if case else ""
