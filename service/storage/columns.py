"""How values stand in a column, the same in every database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from bandit.arrays import Vector
from service.storage.records import ScoredCandidate

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FLOAT = np.dtype("<f4")


class Instant(TypeDecorator[datetime]):
    """A time with a zone, as whole microseconds since 1970 UTC; exact, and one type everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Give the microseconds; a time without a zone raises."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the time, in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


class FreeText(TypeDecorator[str]):
    """Text that people wrote.

    A NUL, which PostgreSQL has no room for, is stored as its picture U+2400, and half a surrogate
    pair as a question mark: a stray character in a prompt must not cost a request its answer.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Give text that every database takes."""
        if value is None:
            return None
        return value.replace("\x00", "\N{SYMBOL FOR NULL}").encode(errors="replace").decode()


class Floats(TypeDecorator[NDArray[Any]]):
    """A vector, shape ``(d,)``, as little-endian float32; read back as `dtype`."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, dtype: type[np.floating[Any]] = np.float32) -> None:
        super().__init__()
        self.dtype = dtype

    def process_bind_param(
        self,
        value: NDArray[Any] | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> bytes | None:
        """Give the bytes."""
        return None if value is None else value.astype(_FLOAT).tobytes()

    def process_result_value(
        self,
        value: bytes | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> NDArray[Any] | None:
        """Give the vector."""
        return None if value is None else np.frombuffer(value, _FLOAT).astype(self.dtype)


def vectors(stored: Sequence[bytes]) -> list[Vector]:
    """What `Floats` has stored, read at once: a third of the time that each takes by itself."""
    ends = accumulate((len(each) // _FLOAT.itemsize for each in stored), initial=0)
    values = np.frombuffer(b"".join(stored), _FLOAT).astype(np.float64)
    return [values[start:end] for start, end in pairwise(ends)]


class Candidates(TypeDecorator[tuple[ScoredCandidate, ...]]):
    """The scored candidates, as a MessagePack list of maps; new fields may join."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(
        self,
        value: tuple[ScoredCandidate, ...] | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> bytes | None:
        """Give the bytes."""
        return None if value is None else msgspec.msgpack.encode(value)

    def process_result_value(
        self,
        value: bytes | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> tuple[ScoredCandidate, ...] | None:
        """Give the candidates."""
        return None if value is None else _CANDIDATES.decode(value)


class _Named(msgspec.Struct, gc=False):
    model: str


class CandidateModels(TypeDecorator[tuple[str, ...]]):
    """Reads a `Candidates` column for the models' names only."""

    impl = LargeBinary
    cache_ok = True

    def process_result_value(
        self,
        value: bytes | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> tuple[str, ...] | None:
        """Give the names, in the order of the candidates."""
        return None if value is None else tuple([each.model for each in _NAMES.decode(value)])


class Strings(TypeDecorator[tuple[str, ...]]):
    """Several strings, as a JSON array."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Give the JSON."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002
        """Give the strings."""
        return None if value is None else _STRINGS.decode(value)


class Texts(TypeDecorator[Mapping[str, str]]):
    """Texts by name, as a JSON object."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Give the JSON."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Mapping[str, str] | None:  # noqa: ARG002
        """Give the texts."""
        return None if value is None else _TEXTS.decode(value)


class Numbers(TypeDecorator[Mapping[str, float]]):
    """Numbers by name, as a JSON object."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, float] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Give the JSON."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> Mapping[str, float] | None:
        """Give the numbers."""
        return None if value is None else _NUMBERS.decode(value)


_CANDIDATES = msgspec.msgpack.Decoder(tuple[ScoredCandidate, ...])
_NAMES = msgspec.msgpack.Decoder(tuple[_Named, ...])
_STRINGS = msgspec.json.Decoder(tuple[str, ...])
_TEXTS = msgspec.json.Decoder(dict[str, str])
_NUMBERS = msgspec.json.Decoder(dict[str, float])
