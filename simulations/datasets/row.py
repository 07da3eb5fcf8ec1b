"""One row of a data set as a file has it, before anybody has looked whether it can be used."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

UNKNOWN = "unknown"
"""The source of a row that names none."""

_WORDS = {"true": 1.0, "false": 0.0}


@dataclass(frozen=True, slots=True)
class Row:
    """A prompt, and what models scored and cost; empty where the file says nothing."""

    id: str
    prompt: str
    source: str
    quality: Mapping[str, float]
    """By model; not a number where something else stood."""

    cost_usd: Mapping[str, float]
    """By model; not a number where something else stood."""


class Reason(StrEnum):
    """Why a row is left out."""

    SHAPE = "no row: no object, or more or fewer cells than there are columns"
    ID = "no id"
    TWICE = "the id of an earlier row"
    PROMPT = "no prompt"
    UNICODE = "half a character: a surrogate without the other"
    MODEL = "a model of most other rows is missing"
    NUMBER = "a quality or a cost that is no finite number"
    QUALITY = "a quality outside 0 to 1"
    COST = "a cost below 0"


def row_of(fields: Mapping[str, object]) -> Row:
    """A row from fields: ``quality`` by model, or flat as ``quality.<model>``; costs alike.

    >>> row_of({"id": 7, "prompt": "Why?", "quality": {"a": True}, "cost_usd.a": "0.01"})
    Row(id='7', prompt='Why?', source='unknown', quality={'a': 1.0}, cost_usd={'a': 0.01})
    """
    return Row(
        _text(fields.get("id")),
        _text(fields.get("prompt")),
        _text(fields.get("source")) or UNKNOWN,
        _by_model("quality", fields),
        _by_model("cost_usd", fields),
    )


def by_model(values: Mapping[str, object]) -> dict[str, float]:
    """The numbers of those models of which there is something."""
    return {
        model: number(value)
        for model, value in values.items()
        if model and value is not None and value != ""
    }


def number(value: object) -> float:
    """A number as files write it, true and false being one and zero; NaN if it is none."""
    plain = _WORDS.get(value.strip().lower(), value) if isinstance(value, str) else value
    try:
        return float(plain)  # type: ignore[arg-type]  # whatever it is, it is tried
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _by_model(kind: str, fields: Mapping[str, object]) -> dict[str, float]:
    nested = fields.get(kind)
    if isinstance(nested, Mapping):
        return by_model(nested)
    prefix = f"{kind}."
    return by_model(
        {key[len(prefix) :]: value for key, value in fields.items() if key.startswith(prefix)}
    )


def _text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""
