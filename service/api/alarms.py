"""``/v1/alarms``: what is amiss, and who has seen it."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from service.alarms.shown import ShownAlarm, shown
from service.errors import UnknownAlarm
from service.storage.alarms import Alarms, Status


class AlarmList(msgspec.Struct, frozen=True):
    """The latest alarms, up to 1,000 of them; the latest first."""

    data: tuple[ShownAlarm, ...]


class Acknowledgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who has seen an alarm."""

    by: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None


@get("/v1/alarms", summary="List alarms", tags=["alarms"])
async def alarm_list(alarms: NamedDependency[Alarms], status: Status | None = None) -> AlarmList:
    """All, or those that are `open`, `acknowledged` or `resolved`."""
    return AlarmList(tuple(shown(alarm) for alarm in await alarms.latest(status)))


@post(
    "/v1/alarms/{alarm_id:str}/acknowledge",
    status_code=200,
    summary="Say that an alarm was seen",
    tags=["alarms"],
)
async def acknowledge(
    alarm_id: str, data: JSONBody[Acknowledgement], alarms: NamedDependency[Alarms]
) -> ShownAlarm:
    """It stands until what it is about is over; who says so first is noted."""
    alarm = await alarms.acknowledge(alarm_id, data.by)
    if alarm is None:
        raise UnknownAlarm(alarm_id)
    return shown(alarm)
