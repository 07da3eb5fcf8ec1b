"""How a request says that it is to be routed: in its body, or in headers."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from service.errors import BadRequest
from service.gateway.decoding import decoded

Name = Annotated[str, Meta(min_length=1, max_length=200)]


class Dial(Struct, frozen=True, forbid_unknown_fields=True):
    """The ``pointsman`` object of a request: how this one is to be routed."""

    willingness_to_pay_usd: Annotated[float, Meta(ge=1e-9)] | Literal["inf"] | None = None
    """Dollars that one point of quality is worth; ``"inf"`` ignores cost."""

    max_cost_usd: Annotated[float, Meta(ge=0)] | None = None
    candidates: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=200)] | None = None
    session_id: Name | None = None
    tags: Annotated[tuple[Name, ...], Meta(max_length=50)] | None = None
    reference: Annotated[str, Meta(max_length=100_000)] | None = None
    """An answer that is known to be right, for judges to compare with."""


def dial_from_headers(headers: Mapping[str, str], body: Dial) -> Dial:
    """The body's dial, with what ``x-pointsman-*`` headers say in its place.

    Raises:
        BadRequest: A header does not say what it should.
    """
    said: dict[str, object] = {}
    for name in Dial.__struct_fields__:
        header = f"x-pointsman-{name.replace('_', '-')}"
        if header in headers:
            said[name] = _value(name, header, headers[header].strip())
    if not said:
        return body
    return decoded(None, lambda: msgspec.convert(msgspec.structs.asdict(body) | said, Dial))


def _value(name: str, header: str, text: str) -> object:
    if name in {"candidates", "tags"}:
        return tuple(item.strip() for item in text.split(",") if item.strip())
    return _number(header, text) if name.endswith("_usd") else text


def _number(header: str, text: str) -> float | str:
    if text.lower() == "inf":
        return "inf"
    try:
        return float(text)
    except ValueError:
        raise BadRequest(header, "it is not a number") from None
