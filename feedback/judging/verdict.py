"""What a judge says, read as strictly as it was asked for."""

from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

MOST_POINTS = 10
"""Of a model's score; whole numbers on a short scale are what models are steady at."""

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Verdict:
    """How good an answer is, and why."""

    score: float
    """In ``[0, 1]``."""

    reason: str


class MalformedVerdict(Exception):
    """Raised when what a judge said is no verdict."""


class _Pointed(Struct, frozen=True, forbid_unknown_fields=True):
    reason: str
    score: Annotated[int, Meta(ge=0, le=MOST_POINTS)]


class _Scored(Struct, frozen=True):
    score: Annotated[float, Meta(ge=0, le=1)]
    reason: str = ""


_POINTED = msgspec.json.Decoder(_Pointed)
_SCORED = msgspec.json.Decoder(_Scored)


def of_model(text: str) -> Verdict:
    """Read a model's verdict: JSON by the schema, and nothing around it.

    >>> of_model('{"reason": "Right, and short.", "score": 9}')
    Verdict(score=0.9, reason='Right, and short.')

    Raises:
        MalformedVerdict: It is anything else, such as a score beyond the scale.
    """
    return _read(_POINTED, text.encode(errors="replace"), MOST_POINTS)


def of_webhook(body: bytes) -> Verdict:
    """Read a webhook's verdict: a score from 0 to 1, and a reason if it likes.

    Raises:
        MalformedVerdict: It is anything else.
    """
    return _read(_SCORED, body, 1)


def _read(
    decoder: msgspec.json.Decoder[_Pointed] | msgspec.json.Decoder[_Scored], body: bytes, most: int
) -> Verdict:
    try:
        said = decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedVerdict from None
    return Verdict(said.score / most, said.reason[:LONGEST_REASON])
