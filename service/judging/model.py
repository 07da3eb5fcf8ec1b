"""A model that judges, called through the gateway like every other."""

from functools import partial
from secrets import token_hex

import msgspec

from feedback.judging import asking, verdict
from feedback.judging.case import Case
from feedback.judging.costs import most_usd
from feedback.judging.rubrics import RUBRICS
from feedback.judging.verdict import MalformedVerdict, Verdict
from service.errors import CallFailed
from service.gateway.gateway import Gateway
from service.gateway.messages import CompletionRequest, parse
from service.gateway.result import CallResult
from service.judging.answers import case_of
from service.judging.judge import Judged, Prepared
from service.settings.judges import ModelJudge
from service.settings.resolved import Model

_MALFORMED = "malformed"
_CALLS = 2
"""A malformed verdict is asked for once more."""


class ByModel:
    """Asks one model for verdicts by one rubric."""

    def __init__(self, settings: ModelJudge, model: Model, gateway: Gateway) -> None:
        self.name = model.name
        self.budget_usd: float | None = settings.budget_usd_per_day
        self._rubric = RUBRICS.get(settings.rubric, settings.rubric)
        self._settings = settings
        self._model = model
        self._gateway = gateway

    def prepare(self, case: Case) -> Prepared:
        """Write the request, and reckon what it can cost with its repetition."""
        most_tokens = self._settings.max_tokens
        asked = asking.body(case, self._rubric, token_hex(8), most_tokens)
        request = parse(msgspec.json.encode({"model": self.name} | asked))
        size = len(request.body_for(self._model.upstream_model))
        most = most_usd(self._model.price, size, most_tokens)
        return Prepared(partial(self._judge, request, most), _CALLS * most)

    async def _judge(self, request: CompletionRequest, most: float) -> Judged:
        cost_usd, attempt = 0.0, 1
        while True:
            said, cost = await self._ask(request, most)
            cost_usd += cost
            if isinstance(said, Verdict):
                return Judged(said, attempts=attempt, cost_usd=cost_usd)
            if said != _MALFORMED or attempt == _CALLS:
                return Judged(None, said, attempt, cost_usd)
            attempt += 1

    async def _ask(self, request: CompletionRequest, most: float) -> tuple[Verdict | str, float]:
        """One call: a verdict, or in one word why there is none; and its dollars."""
        try:
            answer = await self._gateway.complete(
                self.name, request, self._settings.timeout_seconds
            )
        except CallFailed as failure:
            return failure.result.reason or "failed", _lost(failure.result, most)
        cost_usd = self._cost_usd(answer.result, most)
        case = case_of((), answer.body, None, is_stream=False)
        try:
            return verdict.of_model(case.answer if case else ""), cost_usd
        except MalformedVerdict:
            return _MALFORMED, cost_usd

    def _cost_usd(self, result: CallResult, most: float) -> float:
        """What the provider counted; where it did not, the most that it can be."""
        if result.tokens_in is None or result.tokens_out is None:
            return most
        return self._model.price.cost_usd(result.tokens_in, result.tokens_out, result.parts)


def _lost(failed: CallResult, most: float) -> float:
    """What a call without an answer is taken to cost: an error is free, silence may be billed."""
    return 0.0 if failed.http_status not in {None, 200} else most
