"""``POST /v1/feedback/batch``: much feedback in one body, NDJSON in and NDJSON out."""

from collections.abc import Sequence

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency

from bandit.errors import FeedbackError, PointsmanError
from feedback.errors import AmbiguousSubject
from service.api.answering import Asgi
from service.api.errors import ErrorBody, code_of, status_of
from service.api.feedback import Feedback, Preference, acknowledged
from service.caller import Caller
from service.errors import BadRequest
from service.gateway.decoding import decoded
from service.rating import Ratings, Said
from service.storage.records import FeedbackRecord

_MOST_ROWS = 10_000
_AT_ONCE = 50
"""Rows read or told before requests have their turn: a quarter of a millisecond's worth."""


class _Row(msgspec.Struct, frozen=True):
    """Tells a preference from a rating."""

    winner: msgspec.Raw = msgspec.Raw()


class Refused(msgspec.Struct, frozen=True):
    """A row that was not kept, and why."""

    error: ErrorBody


_ENCODER = msgspec.json.Encoder()
_ROW = msgspec.json.Decoder(_Row)
_FEEDBACK = msgspec.json.Decoder(Feedback, strict=False)
_PREFERENCE = msgspec.json.Decoder(Preference, strict=False)
"""As lenient as the framework is with what comes alone: a number may stand in quotes."""


@post(
    "/v1/feedback/batch",
    status_code=200,
    summary="Send much feedback at once",
    tags=["feedback"],
)
async def batch(request: Asgi, ratings: NamedDependency[Ratings]) -> Response[bytes]:
    """A row of JSON for each rating or preference; a row for each comes back, in the same order.

    A row that is refused does not keep the others from being kept.
    """
    answers = await _answers(_rows(await request.body()), ratings, request.user)
    return Response(answers, media_type="application/x-ndjson")


def _rows(body: bytes) -> list[bytes]:
    rows = [row for row in body.split(b"\n") if row.strip()]
    if not 1 <= len(rows) <= _MOST_ROWS:
        raise BadRequest(None, f"a batch has from 1 to {_MOST_ROWS} rows, this one {len(rows)}")
    return rows


async def _answers(rows: Sequence[bytes], ratings: Ratings, caller: Caller) -> bytes:
    read = [said async for some in ratings.turns.of(rows, _AT_ONCE) for said in map(read_row, some)]
    fit = [said for said in read if isinstance(said, Said)]
    taken = iter(await ratings.take_all(fit, caller))
    results = [next(taken) if isinstance(said, Said) else said for said in read]
    return b"".join([_lines(some) async for some in ratings.turns.of(results, _AT_ONCE)])


def _lines(taken: Sequence[FeedbackRecord | PointsmanError]) -> bytes:
    return _ENCODER.encode_lines([_told(each) for each in taken])


def read_row(row: bytes) -> Said | PointsmanError:
    """What a row says, or why it says nothing."""
    try:
        return _said(row)
    except UnicodeDecodeError as error:
        return BadRequest(None, f"byte {error.start} of the row is not UTF-8")
    except (FeedbackError, BadRequest) as refusal:
        return refusal


def _said(row: bytes) -> Said:
    """Most rows are ratings: only of one that is none, or is wrong, it is asked what it is."""
    try:
        rating = _FEEDBACK.decode(row)
    except (msgspec.DecodeError, RecursionError):
        if bytes(decoded(None, lambda: _ROW.decode(row)).winner):
            return decoded(None, lambda: _PREFERENCE.decode(row)).said()
        rating = decoded(None, lambda: _FEEDBACK.decode(row))
    if rating.session_id is not None:
        raise AmbiguousSubject
    return rating.said()


def _told(taken: FeedbackRecord | PointsmanError) -> object:
    if isinstance(taken, FeedbackRecord):
        return acknowledged(taken)
    _, kind = status_of(type(taken))
    param = getattr(taken, "param", None)
    return Refused(ErrorBody(str(taken), kind, param, code_of(taken)))
