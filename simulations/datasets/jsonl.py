"""JSON Lines: an object for each prompt, ``quality`` and ``cost_usd`` in it by model."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import msgspec

from bandit.errors import ConfigError
from simulations.dataset import Dataset
from simulations.datasets.lines import lines
from simulations.datasets.options import ReadOptions
from simulations.datasets.row import Reason, Row, row_of

_MOST_DIGITS = 40
"""A whole number with more of them is no id, and may be endless."""


def read(path: Path, _options: ReadOptions) -> Iterator[Row | Reason]:
    """The row of every line that is not blank.

    Raises:
        ConfigError: The file cannot be read, or a line is no JSON.
    """
    with closing(lines(path)) as text:
        for number, line in enumerate(text, start=1):
            if line.strip():
                fields = _parsed(line, number, path)
                yield row_of(fields) if isinstance(fields, Mapping) else Reason.SHAPE


def write(dataset: Dataset) -> bytes:
    """A data set as such lines."""
    rows = zip(
        dataset.ids,
        dataset.prompts,
        dataset.sources,
        dataset.quality.tolist(),
        dataset.cost_usd.tolist(),
        strict=True,
    )
    return b"".join(
        line(
            id=id_,
            prompt=prompt,
            source=source,
            quality=dict(zip(dataset.models, quality, strict=True)),
            cost_usd=dict(zip(dataset.models, cost_usd, strict=True)),
        )
        for id_, prompt, source, quality, cost_usd in rows
    )


def line(**fields: object) -> bytes:
    """One line."""
    return msgspec.json.encode(fields) + b"\n"


def _parsed(text: str, number: int, path: Path) -> object:
    """What a line holds; NaN and endless numbers are read, for the row to be told of."""
    try:
        parsed: object = json.loads(text, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise ConfigError(
            f"line {number} of {path} is no JSON from character {error.pos + 1} on",
            "mend the line, or fetch the file again: the rest of it may be missing",
        ) from error
    except RecursionError as error:
        raise ConfigError(
            f"line {number} of {path} is nested too deeply", "leave out what no row needs"
        ) from error
    return parsed


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)
