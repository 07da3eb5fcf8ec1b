"""A model that scores answers by a rubric."""

from functools import partial
from secrets import token_hex

from feedback.judging import asking, verdict
from feedback.judging.case import Case
from feedback.judging.rubrics import RUBRICS
from service.gateway.gateway import Gateway
from service.judging.critic import Critic, Question
from service.judging.judge import Judged, Prepared
from service.settings.judges import ModelJudge
from service.settings.resolved import Model


class ByModel:
    """Asks one model for verdicts by one rubric."""

    def __init__(self, settings: ModelJudge, model: Model, gateway: Gateway) -> None:
        self.name = model.name
        self.budget_usd: float | None = settings.budget_usd_per_day
        self._rubric = RUBRICS.get(settings.rubric, settings.rubric)
        self._most_tokens = settings.max_tokens
        self._critic = Critic(model, gateway, settings.timeout_seconds)

    def prepare(self, case: Case) -> Prepared:
        """Write the request, and reckon what it can cost with its repetition."""
        body = asking.body(
            case,
            self._rubric,
            token_hex(8),
            self._most_tokens,
            by_schema=self._critic.by_schema,
        )
        question = self._critic.question(body, self._most_tokens)
        return Prepared(partial(self._judge, question), question.most_usd)

    async def _judge(self, question: Question) -> Judged:
        said = await self._critic.ask(question, verdict.of_model)
        return Judged(said.verdict, said.reason, said.attempts, said.cost_usd)
