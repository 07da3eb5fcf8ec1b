"""Who asks: the client behind a key, as far as handlers need to know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from service.errors import InvalidApiKey
from service.settings.keys import Key


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who may use the service."""

    key: str | None
    """The name of the key; None is nobody's."""

    operator: bool = False
    """Whether other keys' decisions are there for it too."""

    routes: tuple[str, ...] | None = None
    """The routes it may address; None is all, and models by their names."""

    def owned(self, idempotency_key: str | None) -> str | None:
        """An idempotency key as the log has it: what two keys choose alike is two.

        A key's name has no space in it, so no two callers' can come to the same; one that comes
        without a key and looks like another's is framed by an empty name.

        >>> Caller("web-app").owned("7"), KEYLESS.owned("7"), KEYLESS.owned("key web-app 7")
        ('key web-app 7', '7', 'key  key web-app 7')
        """
        if idempotency_key is None or not (self.key or idempotency_key.startswith(_FRAME)):
            return idempotency_key
        return f"{_FRAME}{self.key or ''} {idempotency_key}"


KEYLESS = Caller(None, operator=True)
"""Everybody where no keys are configured; and the service itself, its judges and its links."""

KEY_HEADERS = frozenset({"authorization", "x-api-key"})
"""Where a key may stand."""

_FRAME = "key "
_SCHEME = b"bearer "


class Callers:
    """Knows clients by the digests of their keys."""

    def __init__(self, keys: Iterable[Key]) -> None:
        """Without keys everybody is welcome."""
        self._known: Mapping[bytes, Caller] = {
            key.digest: Caller(key.name, key.operator, key.routes) for key in keys
        }

    def of(self, headers: Iterable[tuple[bytes, bytes]]) -> Caller:
        """The caller of a request with these HTTP headers, their names in lower case.

        Raises:
            InvalidApiKey: None of them holds a key of this service.
        """
        if not self._known:
            return KEYLESS
        for name, value in headers:
            key = _key_in(name, value)
            caller = None if key is None else self._known.get(sha256(key).digest())
            if caller is not None:
                return caller
        raise InvalidApiKey


def _key_in(name: bytes, value: bytes) -> bytes | None:
    if name == b"x-api-key":
        return value.strip()
    if name == b"authorization" and value[: len(_SCHEME)].lower() == _SCHEME:
        return value[len(_SCHEME) :].strip()
    return None
