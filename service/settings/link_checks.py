"""From links as written to links that can be signed: secrets that are there, a URL that is one."""

import re
from collections.abc import Mapping

from service.settings.document import Document
from service.settings.environment import variable
from service.settings.links import LinksEntry, LinkSettings
from service.settings.models import VARIABLE, is_plain_url
from service.settings.path import Path

_SECRET = re.compile(r"[!-~]{32,}")


def resolved_links(
    document: Document, entry: LinksEntry, environment: Mapping[str, str]
) -> LinkSettings | None:
    """How links are made; None where there are none.

    Raises:
        BadValue: A secret is none, or the URL is.
        MissingVariable: A variable is not set, or empty.
    """
    if not entry.secret_env:
        return None
    if entry.base_url is None or not is_plain_url(entry.base_url):
        remedy = "give the URL that people reach this service by, such as https://llm.example.org"
        raise document.wrong(("links", "base_url"), remedy)
    secrets = [
        _secret(document, ("links", "secret_env", k), name, environment)
        for k, name in enumerate(entry.secret_env)
    ]
    return LinkSettings(entry.base_url.rstrip("/"), entry.expire_after_seconds, tuple(secrets))


def _secret(document: Document, path: Path, name: str, environment: Mapping[str, str]) -> str:
    if not VARIABLE.fullmatch(name):
        raise document.wrong(path, "give the variable's name, not the secret")
    secret = variable(name, environment, path)
    if not _SECRET.fullmatch(secret):
        remedy = "let it hold 32 ASCII characters or more, such as `openssl rand -hex 32` prints"
        raise document.wrong(path, remedy)
    return secret
