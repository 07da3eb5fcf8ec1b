"""Somebody else's service that scores answers."""

import asyncio
from functools import partial

import msgspec

from feedback.judging import verdict
from feedback.judging.case import Case
from feedback.judging.verdict import MalformedVerdict
from service.errors import CallFailed
from service.gateway.provider import HttpRequest
from service.gateway.transport import Transport
from service.judging.judge import Judged, Prepared
from service.settings.judges import WebhookJudge

_CALLS = 2
"""A malformed verdict is asked for once more."""


class ByWebhook:
    """Posts each answer to a URL, which answers with a score; it costs us nothing."""

    name = "webhook"
    budget_usd: float | None = None

    def __init__(self, settings: WebhookJudge, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport

    def prepare(self, case: Case) -> Prepared:
        """Write the request: prompt, answer and reference, as JSON."""
        request = HttpRequest(
            model=self.name,
            method="POST",
            url=self._settings.url,
            headers={"content-type": "application/json", "user-agent": "pointsman"},
            body=msgspec.json.encode(case),
            connect_timeout_seconds=self._settings.timeout_seconds,
        )
        return Prepared(partial(self._judge, request))

    async def _judge(self, request: HttpRequest) -> Judged:
        for attempt in range(1, _CALLS + 1):
            try:
                async with asyncio.timeout(self._settings.timeout_seconds):
                    response = await self._transport.send(request)
            except TimeoutError:
                return Judged(None, "timeout", attempt)
            except CallFailed as failure:
                return Judged(None, failure.reason, attempt)
            if response.status != 200:
                return Judged(None, "rejected", attempt)
            try:
                return Judged(verdict.of_webhook(response.body), attempts=attempt)
            except MalformedVerdict:
                continue
        return Judged(None, "malformed", _CALLS)
