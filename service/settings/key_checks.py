"""From keys as written to digests: variables that hold one, each its own, and routes there are."""

import re
from collections.abc import Collection, Mapping
from hashlib import sha256

from service.settings.document import Document
from service.settings.environment import variable
from service.settings.errors import one_of
from service.settings.keys import Key, KeyEntry
from service.settings.models import VARIABLE
from service.settings.path import Path

_KEY = re.compile(r"[!-~]{16,}")


def resolved_keys(
    document: Document,
    entries: Mapping[str, KeyEntry],
    environment: Mapping[str, str],
    routes: Collection[str],
) -> dict[str, Key]:
    """The keys by name; none means that the service is open to all.

    Raises:
        BadValue: A key is none or another's too, or may address a route that is not there.
        MissingVariable: A variable is not set, or empty.
    """
    keys = dict[str, Key]()
    for name, entry in entries.items():
        path = ("keys", name)
        digest = _digest(document, (*path, "key_env"), entry.key_env, environment)
        if any(digest == other.digest for other in keys.values()):
            raise document.wrong((*path, "key_env"), "give each client a key of its own")
        for k, route in enumerate(entry.routes or ()):
            if route not in routes:
                raise document.wrong((*path, "routes", k), one_of(route, tuple(routes)))
        allowed = None if entry.routes is None else tuple(dict.fromkeys(entry.routes))
        keys[name] = Key(name, digest, allowed, entry.operator)
    return keys


def _digest(document: Document, path: Path, name: str, environment: Mapping[str, str]) -> bytes:
    if not VARIABLE.fullmatch(name):
        raise document.wrong(path, "give the variable's name, not the key")
    key = variable(name, environment, path)
    if not _KEY.fullmatch(key):
        remedy = (
            "let it hold 16 ASCII characters or more without spaces, such as `pointsman keys new`"
            " prints"
        )
        raise document.wrong(path, remedy)
    return sha256(key.encode()).digest()
