"""State as bytes and back: a checksum, a msgpack header and raw arrays; never a pickle."""

import zlib
from collections.abc import Mapping
from math import prod
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from bandit.errors import StateError

_MAGIC = b"PTSM1"
_T = TypeVar("_T")


class Packed(msgspec.Struct, frozen=True, array_like=True):
    """One array on its way to or from bytes."""

    shape: tuple[int, ...]
    data: bytes

    @classmethod
    def of(cls, array: NDArray[np.float64]) -> "Packed":
        """An array, made ready; stored as float64, little-endian, C order."""
        return cls(array.shape, np.ascontiguousarray(array, dtype="<f8").tobytes())

    def array(self) -> NDArray[np.float64]:
        """The array again, writable.

        Raises:
            StateError: The data does not fill the shape, or holds a number that is not finite.
        """
        fits = min(self.shape, default=0) >= 0 and len(self.data) == 8 * prod(self.shape)
        flat = np.frombuffer(self.data if fits else b"", dtype="<f8")
        if not fits or not np.isfinite(flat).all():
            raise StateError("a saved array is damaged", "replay the log")
        return flat.reshape(self.shape).astype(np.float64)


def dump(state: msgspec.Struct) -> bytes:
    """A struct (arrays as `Packed`) as bytes with a magic number and a checksum."""
    body = msgspec.msgpack.encode(state)
    return _MAGIC + zlib.crc32(body).to_bytes(4, "big") + body


def load(data: bytes, into: type[_T]) -> _T:
    """The struct that `dump` was given.

    Raises:
        StateError: The bytes are cut, changed, or of another kind of state.
    """
    head, checksum, body = data[:5], data[5:9], data[9:]
    if head != _MAGIC or zlib.crc32(body).to_bytes(4, "big") != checksum:
        raise StateError("the saved state is damaged or of another version", "replay the log")
    try:
        return msgspec.msgpack.decode(body, type=into)
    except msgspec.DecodeError as error:
        raise StateError("the saved state is of another kind", "replay the log") from error


def packed(arrays: Mapping[str, NDArray[np.float64]]) -> dict[str, Packed]:
    """Every array of a mapping, made ready."""
    return {name: Packed.of(array) for name, array in arrays.items()}
