import pytest

from bandit.errors import ConfigError
from simulations.dataset import Dataset
from simulations.datasets.collecting import collect
from simulations.datasets.row import UNKNOWN, Reason, Row, row_of

NAN = float("nan")


def made(number: object = 1, prompt: str = "Why?", **qualities: float) -> Row:
    fields = {"id": number, "prompt": prompt, "quality": qualities or {"a": 1.0, "b": 0.5}}
    return row_of({**fields, "cost_usd": dict.fromkeys(qualities or "ab", 0.01)})


def collected(*rows: Row | Reason) -> Dataset:
    return collect("made", rows)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (Reason.SHAPE, Reason.SHAPE),
        (made(number=None), Reason.ID),
        (made(number=" "), Reason.ID),
        (made(prompt="\n"), Reason.PROMPT),
        (made(number="x", prompt="half \ud800"), Reason.UNICODE),
        (made(number=0), Reason.TWICE),
        (made(a=1.0), Reason.MODEL),
        (made(a=1.0, b=NAN), Reason.NUMBER),
        (made(a=1.0, b=1.01), Reason.QUALITY),
    ],
)
def test_every_reason_is_told_of_its_row(row: Row | Reason, reason: Reason) -> None:
    read = collected(made(0), made(2), row)

    assert read.ids == ("0", "2")
    assert read.dropped == {str(reason): 1}


def test_a_negative_cost_is_dropped() -> None:
    bad = row_of({"id": 1, "prompt": "Why?", "quality": {"a": 1}, "cost_usd": {"a": -1e-9}})

    read = collected(made(0, a=1.0), bad)

    assert read.dropped == {str(Reason.COST): 1}


def test_the_models_are_those_that_more_than_half_of_the_rows_tell_of() -> None:
    read = collected(made(0, a=1.0, c=1.0), made(1, a=1.0, b=0.0), made(2, b=0.2, a=0.3))

    assert read.models == ("a", "b")
    assert read.left_out == {"c": 1}
    assert read.quality.tolist() == [[1.0, 0.0], [0.3, 0.2]]
    assert read.dropped == {str(Reason.MODEL): 1}


def test_a_model_of_which_only_the_quality_is_told_is_none() -> None:
    free = row_of({"id": 1, "prompt": "?", "quality": {"a": 1, "b": 1}, "cost_usd": {"a": 0}})

    assert collected(free).models == ("a",)


def test_what_is_odd_about_a_model_that_is_left_out_drops_no_row() -> None:
    assert len(collected(made(0, a=1.0), made(1, a=0.5), made(2, a=0.1, z=77.0))) == 3


def test_rows_that_share_no_model_are_refused() -> None:
    with pytest.raises(ConfigError, match="no model has a quality and a cost in most rows"):
        collected(made(0, a=1.0), made(1, b=1.0))


def test_no_rows_are_refused() -> None:
    with pytest.raises(ConfigError, match="made has no row that can be used;"):
        collected()


def test_a_row_without_a_source_is_of_an_unknown_one() -> None:
    assert collected(made()).sources == (UNKNOWN,)


@pytest.mark.parametrize("value", [[], {}, "much", "0x1", 1j, 10**400])
def test_what_is_no_number_is_not_a_number(value: object) -> None:
    row = row_of({"id": 1, "prompt": "?", "quality": {"a": value}, "cost_usd": {"a": 0}})

    with pytest.raises(ConfigError, match=r"1 with a quality or a cost that is no finite number"):
        collected(row)
