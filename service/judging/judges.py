"""From the configuration to judges."""

from collections.abc import Mapping

from service.gateway.gateway import Gateway
from service.gateway.transport import Transport
from service.judging.checking import ByCheck
from service.judging.judge import Judge
from service.judging.model import ByModel
from service.judging.webhook import ByWebhook
from service.settings import Settings
from service.settings.judges import Judge as JudgeSettings
from service.settings.judges import ModelJudge, WebhookJudge


def judges_of(settings: Settings, gateway: Gateway, transport: Transport) -> Mapping[str, Judge]:
    """The judge of each route that has one."""
    return {
        name: _judge_of(route.judge, settings, gateway, transport)
        for name, route in settings.routes.items()
        if route.judge is not None
    }


def _judge_of(
    judge: JudgeSettings, settings: Settings, gateway: Gateway, transport: Transport
) -> Judge:
    if isinstance(judge, ModelJudge):
        return ByModel(judge, settings.models[judge.model], gateway)
    if isinstance(judge, WebhookJudge):
        return ByWebhook(judge, transport)
    return ByCheck(judge)
