"""An alarm as others see it."""

from collections.abc import Mapping

import msgspec

from service.storage.alarms import Alarm, Status


class ShownAlarm(msgspec.Struct, frozen=True):
    """Something that is amiss, or was."""

    id: str
    kind: str
    """``segment``, or ``drift`` of a model."""

    route: str
    subject: str
    """The tag of the segment, or the model."""

    status: Status
    measured: Mapping[str, float]
    """As it was found when the alarm was raised."""

    opened_at: str
    acknowledged_at: str | None
    acknowledged_by: str | None
    resolved_at: str | None
    opened_told_at: str | None
    """When the webhook had taken it."""

    resolved_told_at: str | None


def shown(alarm: Alarm) -> ShownAlarm:
    """The alarm, its times as text."""
    return ShownAlarm(
        id=alarm.id,
        kind=alarm.kind,
        route=alarm.route,
        subject=alarm.subject,
        status=alarm.status,
        measured=alarm.measured,
        opened_at=alarm.opened_at.isoformat(),
        acknowledged_by=alarm.acknowledged_by,
        **{
            name: at.isoformat() if (at := getattr(alarm, name)) else None
            for name in ("acknowledged_at", "resolved_at", "opened_told_at", "resolved_told_at")
        },
    )
