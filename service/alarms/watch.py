"""The background task that looks, raises and tells."""

import asyncio
from typing import Self

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.errors import PointsmanError
from service.alarms.looking import Looking
from service.alarms.telling import Telling
from service.gateway.transport import Transport
from service.learning import Learning
from service.settings import Settings
from service.settings.alarms import AlarmSettings
from service.storage.alarms import Alarms

_log = structlog.get_logger(__name__)


class Watch:
    """Looks again and again; every replica may, for what they find is one alarm."""

    def __init__(
        self, settings: AlarmSettings, looking: Looking, alarms: Alarms, telling: Telling
    ) -> None:
        self._settings = settings
        self._looking = looking
        self.alarms = alarms
        self._telling = telling

    @classmethod
    def over(
        cls, settings: Settings, engine: AsyncEngine, learning: Learning, transport: Transport
    ) -> Self:
        """One over a log and the beliefs it led to."""
        alarms = Alarms(engine)
        telling = Telling(settings.alarms, alarms, transport)
        return cls(settings.alarms, Looking(settings, engine, learning), alarms, telling)

    async def run(self) -> None:
        """Look until cancelled; where nothing is looked for, once, so that nothing stands."""
        while True:
            try:
                await self.look()
            except PointsmanError as error:
                _log.warning("alarms_not_looked_for", reason=str(error))
            except Exception as error:  # noqa: BLE001 one look must not be the last
                _log.error("alarms_not_looked_for", kind=type(error).__name__)
            if not (self._settings.by or self._settings.drift):
                return
            await asyncio.sleep(self._settings.every_seconds)

    async def look(self) -> None:
        """Look once: raise and resolve what there is, and tell of it.

        Raises:
            StorageError: The database cannot be asked.
        """
        look = await self._looking.look()
        await self.alarms.settle(look.found, look.holding, look.heard)
        await self._telling.tell()
