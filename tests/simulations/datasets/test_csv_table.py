import csv
from pathlib import Path

import pytest

from bandit.errors import ConfigError
from simulations.dataset import Dataset
from simulations.datasets import load
from simulations.datasets.row import UNKNOWN, Reason

HEADER = "id,prompt,source,quality.a,cost_usd.a\n"
GOOD = "1,Why?,exam,1,0.01\n"


def read(tmp_path: Path, text: str) -> Dataset:
    path = tmp_path / "given.csv"
    path.write_bytes(text.encode())
    return load(str(path))


def test_a_prompt_may_hold_commas_quotes_and_lines(tmp_path: Path) -> None:
    given = read(tmp_path, HEADER + '1,"Say ""a, b"",\r\nthen\rstop.",exam,1,0.01\r\n')

    assert given.prompts == ('Say "a, b",\r\nthen\rstop.',)


def test_a_prompt_may_be_longer_than_python_takes_a_cell_to_be(tmp_path: Path) -> None:
    before = csv.field_size_limit()

    given = read(tmp_path, f"{HEADER}1,{'x' * 2 * before},exam,1,0.01\n")

    assert len(given.prompts[0]) == 2 * before
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("cells", ["2,Why, though?,exam,1,0.01\n", "2,Why?,exam\n"])
def test_a_row_with_more_or_fewer_cells_than_columns_is_dropped(cells: str, tmp_path: Path) -> None:
    given = read(tmp_path, HEADER + GOOD + cells)

    assert given.dropped == {str(Reason.SHAPE): 1}


def test_other_columns_are_passed_over_and_their_order_is_free(tmp_path: Path) -> None:
    given = read(tmp_path, "cost_usd.a,note,quality.a,prompt,id\n0.01,odd,1,Why?,1\n")

    assert given.quality.tolist() == [[1.0]]
    assert given.sources == (UNKNOWN,)


def test_a_model_may_have_dots_in_its_name(tmp_path: Path) -> None:
    header = HEADER.replace(".a", ".llama-3.1-8b")

    assert read(tmp_path, header + GOOD).models == ("llama-3.1-8b",)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("", "has no column id and no column prompt"),
        ("prompt,small,large\nWhy?,True,False\n", "has no column id; .* pointsman data import"),
        (HEADER.replace("source", "id") + GOOD, "has two columns of one name"),
        (HEADER + GOOD + '2,"Why?', "is no CSV in or before line 3"),
        (HEADER + GOOD + '2,"Why"?,exam,1,0.01\n', "is no CSV in or before line 3"),
        (HEADER.replace("\n", "\r") + GOOD, "is no CSV in or before line 1"),
    ],
)
def test_what_is_no_such_table_is_refused(text: str, fact: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=fact) as refused:
        read(tmp_path, text)

    assert "Why" not in str(refused.value)


def test_what_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_bytes((HEADER + GOOD).encode() + "2,Où?,exam,1,0.01\n".encode("latin-1"))

    with pytest.raises(ConfigError, match=r"line 3 of .* is not UTF-8"):
        load(str(path))
