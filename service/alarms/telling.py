"""Tells somebody's webhook of alarms: at least once of each that opens, and of each that ends."""

import asyncio
import hmac
from datetime import timedelta

import msgspec
import structlog

from service import clock
from service.alarms.shown import ShownAlarm, shown
from service.errors import CallFailed
from service.failover.retrying import backoff_seconds
from service.gateway.provider import HttpRequest
from service.gateway.transport import Transport
from service.settings.alarms import AlarmSettings
from service.storage.alarms import Alarm, Alarms

_CALLS = 3
_REST = timedelta(minutes=5)
"""More than the calls can take; an alarm that somebody set out to tell is left alone meanwhile."""

_log = structlog.get_logger(__name__)


class Told(msgspec.Struct, frozen=True):
    """What a webhook is sent."""

    event: str
    """``opened`` or ``resolved``."""

    alarm: ShownAlarm


class Telling:
    """Posts what is not told yet; what fails is tried again at the next look, for a day."""

    def __init__(self, settings: AlarmSettings, alarms: Alarms, transport: Transport) -> None:
        self._settings = settings
        self._alarms = alarms
        self._transport = transport

    async def tell(self) -> None:
        """Tell of everything, until something cannot be told.

        Raises:
            StorageError: The database cannot be asked.
        """
        if self._settings.webhook is None:
            return
        while (alarm := await self._alarms.to_tell(_REST)) is not None:
            if not await self._tell(alarm, self._settings.webhook):
                return
            await self._alarms.told(alarm)

    async def _tell(self, alarm: Alarm, url: str) -> bool:
        request = self._request(alarm, url)
        for attempt in range(1, _CALLS + 1):
            outcome = await self._status(request)
            if isinstance(outcome, int) and 200 <= outcome < 300:
                return True
            _log.warning("alarm_not_told", alarm_id=alarm.id, attempt=attempt, reason=outcome)
            if not _may_pass(outcome):
                return False
            if attempt < _CALLS:
                await asyncio.sleep(backoff_seconds(attempt))
        return False

    async def _status(self, request: HttpRequest) -> int | str:
        """The status it answers with, or why it does not."""
        try:
            async with asyncio.timeout(self._settings.webhook_timeout_seconds):
                return (await self._transport.send(request)).status
        except TimeoutError:
            return "timeout"
        except CallFailed as failure:
            return failure.reason

    def _request(self, alarm: Alarm, url: str) -> HttpRequest:
        body = msgspec.json.encode(Told(alarm.event, shown(alarm)))
        headers = {"content-type": "application/json", "user-agent": "pointsman"}
        if self._settings.secret is not None:
            headers |= _signature(self._settings.secret, body, int(clock.now().timestamp()))
        return HttpRequest(
            model="alarms.webhook",
            method="POST",
            url=url,
            headers=headers,
            body=body,
            connect_timeout_seconds=self._settings.webhook_timeout_seconds,
        )


def _signature(secret: str, body: bytes, at: int) -> dict[str, str]:
    """The time is signed with the body, so that whoever checks it can refuse what is old."""
    digest = hmac.digest(secret.encode(), b"%d." % at + body, "sha256").hex()
    return {"x-pointsman-timestamp": str(at), "x-pointsman-signature": f"sha256={digest}"}


def _may_pass(outcome: int | str) -> bool:
    """Whether the same call may succeed a little later."""
    return isinstance(outcome, str) or outcome >= 500 or outcome in {408, 425, 429}
