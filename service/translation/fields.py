"""What the translations of requests share: which fields go where."""

from collections.abc import Collection, Mapping

import msgspec
from msgspec import Raw

from service.errors import BadRequest

_ABSENT = {b"null", b"false"}


def check_absent(fields: Mapping[str, Raw], names: Collection[str]) -> None:
    """Make sure that a request asks for nothing that chat completions cannot do.

    Raises:
        BadRequest: It does; the error names the field.
    """
    for name in names:
        if name in fields and bytes(fields[name]) not in _ABSENT:
            raise BadRequest(name, "it is not supported here; leave it out")


def rest_of(fields: Mapping[str, Raw], known: Collection[str]) -> dict[str, object]:
    """The fields that the protocol does not know; the provider gets them as they came."""
    return {name: value for name, value in fields.items() if name not in known}


def body_of(fields: Mapping[str, object]) -> bytes:
    """A body in JSON, of the fields that are not None."""
    return msgspec.json.encode({name: v for name, v in fields.items() if v is not None})
