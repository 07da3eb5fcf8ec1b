"""What was saved comes back, or is refused."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from bandit.codec import Packed, dump, load, packed
from bandit.errors import StateError
from tests.bandit.beliefs import repeatable


class Shelf(msgspec.Struct, frozen=True):
    """Something to save."""

    name: str
    books: dict[str, Packed]


class Drawer(msgspec.Struct, frozen=True):
    """Something else to save."""

    depth: float


def shelf() -> bytes:
    return dump(Shelf("upper", packed({"a": np.arange(6.0).reshape(2, 3), "b": np.zeros(0)})))


@repeatable
@given(
    arrays(
        np.float64,
        array_shapes(max_dims=3),
        elements=st.floats(allow_infinity=False, allow_nan=False),
    )
)
def test_an_array_comes_back_as_it_was_and_writable(array: NDArray[np.float64]) -> None:
    restored = load(dump(Packed.of(array)), Packed).array()

    np.testing.assert_array_equal(restored, array)
    assert restored.flags.writeable


def test_an_array_in_any_layout_comes_back() -> None:
    array = np.arange(6.0).reshape(2, 3).T

    np.testing.assert_array_equal(Packed.of(array).array(), array)


def test_a_struct_with_arrays_comes_back() -> None:
    restored = load(shelf(), Shelf)

    assert restored.name == "upper"
    assert restored.books["a"].array().tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert restored.books["b"].array().tolist() == []


def test_state_cut_short_anywhere_is_refused() -> None:
    for length in range(len(shelf())):
        with pytest.raises(StateError):
            load(shelf()[:length], Shelf)


def test_state_with_any_one_bit_changed_is_refused() -> None:
    for position in range(len(shelf())):
        damaged = bytearray(shelf())
        damaged[position] ^= 0x10
        with pytest.raises(StateError):
            load(bytes(damaged), Shelf)


def test_state_of_another_kind_is_refused() -> None:
    with pytest.raises(StateError, match="another kind"):
        load(dump(Drawer(0.4)), Shelf)


@pytest.mark.parametrize(
    "wrong",
    [
        Packed((2,), np.zeros(3).tobytes()),
        Packed((1,), b"abc"),
        Packed((-1, -1), np.zeros(1).tobytes()),
        Packed.of(np.array([np.nan])),
        Packed.of(np.array([np.inf])),
    ],
)
def test_an_array_that_cannot_be_one_is_refused(wrong: Packed) -> None:
    with pytest.raises(StateError, match="damaged"):
        wrong.array()
