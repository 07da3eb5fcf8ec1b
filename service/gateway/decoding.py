"""Reading JSON that strangers send: what is wrong with it is told by place, never by content."""

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec import Raw

from service.errors import BadRequest

_T = TypeVar("_T")
_FIELDS = msgspec.json.Decoder(dict[str, Raw])
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_MISSING = re.compile(r"missing required field `([^`]*)`")


def fields_of(body: bytes) -> dict[str, Raw]:
    """Every field of a body, checked to be sound to its depth, as the bytes it came in.

    Raises:
        BadRequest: It is no JSON object in UTF-8, or one that cannot be written again.
    """
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(None, f"byte {error.start} is not UTF-8") from None
    if _SURROGATE.search(body):
        decoded(None, lambda: msgspec.json.decode(body))
    return decoded(None, lambda: _FIELDS.decode(body))


def decoded(param: str | None, decode: Callable[[], _T]) -> _T:
    """What ``decode`` gives, with the ways in which it fails told as the caller's.

    Raises:
        BadRequest: It is not what it should be; ``param`` says where, unless the decoder knows.
    """
    try:
        return decode()
    except RecursionError:
        raise BadRequest(param, "it is nested too deeply") from None
    except msgspec.DecodeError as error:
        told = str(error)
        raise BadRequest(param or _place(told), _PLACE.sub("", told)) from None


def _place(told: str) -> str | None:
    """Where a decoder says that something is wrong, or missing."""
    found = [match[1] for pattern in (_PLACE, _MISSING) if (match := pattern.search(told))]
    return ".".join(part for part in found if part) or None
