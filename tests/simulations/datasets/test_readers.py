"""What every reader promises, whatever it reads."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandit.errors import ConfigError
from simulations.datasets.formats import FORMATS
from simulations.datasets.row import Reason
from tests.simulations.datasets.files import COSTS, MODELS, SECRET, got, put, row

kinds = pytest.mark.parametrize("kind", list(FORMATS))


@kinds
def test_a_row_is_read_as_it_is_meant(kind: str, tmp_path: Path) -> None:
    read = got(kind, put(kind, tmp_path, [row(1, 1.0, 0.0), row(2, 0.25, 1.0)]))

    assert read.models == MODELS
    assert read.prompts == (f"{SECRET}, number 1", f"{SECRET}, number 2")
    assert read.quality.tolist() == [[1.0, 0.0], [0.25, 1.0]]
    assert read.cost_usd.tolist() == [list(COSTS.values())] * 2
    assert read.dropped == {}


@kinds
def test_right_and_wrong_are_one_and_zero(kind: str, tmp_path: Path) -> None:
    read = got(kind, put(kind, tmp_path, [row(1, small=True, large=False)]))

    assert read.quality.tolist() == [[1.0, 0.0]]


@kinds
@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(9, small=1.5), Reason.QUALITY),
        (row(9, small=-0.1), Reason.QUALITY),
        (row(9, small=float("inf")), Reason.NUMBER),
        (row(9, small=1e308 * 10), Reason.NUMBER),
        (row(9, small=None), Reason.MODEL),
        ({**row(9), "prompt": "  "}, Reason.PROMPT),
    ],
)
def test_a_row_that_cannot_be_used_is_dropped_and_counted_by_its_reason(
    kind: str, bad: dict[str, object], reason: Reason, tmp_path: Path
) -> None:
    if kind == "routerbench" and reason is Reason.PROMPT:
        bad["prompt"] = ""
    read = got(kind, put(kind, tmp_path, [row(1), bad, row(2), row(3)]))

    assert len(read) == 3
    assert read.dropped == {str(reason): 1}


@kinds
def test_a_file_without_a_row_that_can_be_used_is_refused(kind: str, tmp_path: Path) -> None:
    path = put(kind, tmp_path, [row(1, small=7.0), row(2, large=-1.0)])

    with pytest.raises(ConfigError) as refused:
        got(kind, path)

    assert "no row that can be used: 2 with a quality outside 0 to 1" in str(refused.value)
    assert SECRET not in str(refused.value)


@kinds
def test_a_file_that_is_not_there_is_refused(kind: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no file"):
        got(kind, tmp_path / "nothing")

    with pytest.raises(ConfigError, match="there is no file"):
        got(kind, tmp_path)


@kinds
def test_half_a_file_is_refused_and_nothing_of_it_told(kind: str, tmp_path: Path) -> None:
    path = put(kind, tmp_path, [row(number) for number in range(20)])
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rindex(SECRET.encode()) + 9])

    with pytest.raises(ConfigError) as refused:
        got(kind, path)

    assert SECRET[:9] not in str(refused.value)


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "routerbench"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(lambda t: t.encode("utf-8")))
def test_whatever_bytes_a_file_holds_there_is_no_traceback(
    kind: str, content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)

    with pytest.raises(ConfigError):
        got(kind, path)


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "routerbench"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.integers(0, 10**6), byte=st.integers(0, 255))
def test_a_damaged_byte_loses_no_row_silently(
    kind: str, place: int, byte: int, tmp_path: Path
) -> None:
    path = put(kind, tmp_path, [row(number) for number in range(4)])
    content = bytearray(path.read_bytes())
    content[place % len(content)] = byte
    path.write_bytes(content)

    try:
        read = got(kind, path)
    except ConfigError:
        return
    assert np.isfinite(read.quality).all()
    assert len(read) + sum(read.dropped.values()) >= 3
