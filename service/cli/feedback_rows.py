"""The rows of a file of feedback, read as a batch's are."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec.structs import replace

from bandit.errors import ConfigError, PointsmanError
from service.api.batches import read_row
from service.api.feedback import Feedback, Preference, Scale
from service.errors import BadRequest
from service.rating import Said
from simulations.datasets.lines import lines
from simulations.registry import one_of

_STDIN = Path("/dev/stdin")
_FIELDS = [
    field.name for struct in (Feedback, Preference) for field in msgspec.structs.fields(struct)
]
_SCALE = [f"rating.{field.name}" for field in msgspec.structs.fields(Scale)]
COLUMNS = tuple(dict.fromkeys([*(name for name in _FIELDS if name != "rating"), *_SCALE]))
"""What a table can have: the fields of a rating and of a preference."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says, or why it says nothing."""

    line: int
    """Where it begins, the first line of the file being 1."""

    said: Said | PointsmanError


def rows_of(name: str) -> Iterator[Row]:
    """Every row of a file that is not blank; ``-`` is what comes in, as JSON lines.

    Raises:
        ConfigError: The file cannot be read, is no such table or has a column there is not.
    """
    path = _STDIN if name == "-" else Path(name)
    is_table = path.name.removesuffix(".gz").endswith(".csv")
    return _of_table(path) if is_table else _of_lines(path)


def _of_lines(path: Path) -> Iterator[Row]:
    with closing(lines(path)) as text:
        for number, line in enumerate(text, start=1):
            if line.strip():
                yield _row(number, line.strip().encode())


def _of_table(path: Path) -> Iterator[Row]:
    with closing(lines(path)) as text:
        reader = csv.reader(text, strict=True)
        try:
            names = next(reader, [])
            _check_columns(path, names)
            before = reader.line_num
            for cells in reader:
                if cells:
                    yield _record(before + 1, names, cells)
                before = reader.line_num
        except csv.Error as error:
            raise ConfigError(
                f"{path} is no CSV in or before line {reader.line_num}",
                "put texts that hold a comma or a quote between quotes, or take .jsonl",
            ) from error


def _check_columns(path: Path, names: Sequence[str]) -> None:
    for name in names:
        if name not in COLUMNS or names.count(name) > 1:
            raise ConfigError(f"{path} has a column {name!r}", one_of(name, COLUMNS))


def _record(line: int, names: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) != len(names):
        problem = f"it has {len(cells)} cells where the table has {len(names)} columns"
        return Row(line, BadRequest(None, problem))
    return _row(line, msgspec.json.encode(_fields_of(dict(zip(names, cells, strict=True)))))


def _fields_of(cells: dict[str, str]) -> dict[str, object]:
    """A record as the row of a batch; what is empty is not given."""
    given = {name: cell for name, cell in cells.items() if cell}
    scale = {name.removeprefix("rating."): given.pop(name) for name in _SCALE if name in given}
    fields: dict[str, object] = {**given, "rating": scale} if scale else dict(given)
    if "tags" in given:
        fields["tags"] = given["tags"].split(";")
    return fields


def _row(line: int, body: bytes) -> Row:
    """A row with a key of its own, so that it counts once however often its file is imported."""
    said = read_row(body)
    if isinstance(said, Said) and said.idempotency_key is None:
        key = f"import {line} {sha256(body).hexdigest()[:32]}"
        return Row(line, replace(said, idempotency_key=key))
    return Row(line, said)
