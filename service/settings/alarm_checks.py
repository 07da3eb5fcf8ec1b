"""Whether alarms can be told: a URL that is one, a secret that is there."""

from collections.abc import Mapping

from service.settings.alarms import AlarmsEntry, AlarmSettings
from service.settings.document import Document
from service.settings.environment import variable
from service.settings.models import VARIABLE


def resolved_alarms(
    document: Document, entry: AlarmsEntry, environment: Mapping[str, str]
) -> AlarmSettings:
    """Take the secret from the environment.

    Raises:
        BadValue: The webhook is no URL.
        MissingVariable: The secret is not set.
    """
    if entry.webhook is not None and not entry.webhook.startswith(("http://", "https://")):
        raise document.wrong(("alarms", "webhook"), "give an http:// or https:// URL")
    return AlarmSettings(
        by=tuple(dict.fromkeys(entry.by)),
        drift=entry.drift,
        every_seconds=entry.every_seconds,
        false_alarms=entry.false_alarms,
        least_difference=entry.least_difference,
        webhook=entry.webhook,
        webhook_timeout_seconds=entry.webhook_timeout_seconds,
        secret=_secret(document, entry.secret_env, environment),
    )


def _secret(document: Document, name: str | None, environment: Mapping[str, str]) -> str | None:
    if name is None:
        return None
    path = ("alarms", "secret_env")
    if not VARIABLE.fullmatch(name):
        raise document.wrong(path, "give the variable's name, not the secret")
    return variable(name, environment, path)
