import sys
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest

from bandit.errors import ConfigError
from simulations.dataset import Dataset
from simulations.datasets import load
from simulations.datasets.row import Reason

pa, pq = map(import_module, ("pyarrow", "pyarrow.parquet"))
ROW = {"id": "1", "prompt": "Why?", "quality": {"a": 1.0, "b": 0.5}, "cost_usd": {"a": 0, "b": 1}}


def read(tmp_path: Path, table: object) -> Dataset:
    path = tmp_path / "given.parquet"
    pq.write_table(table, path)
    return load(str(path))


def test_qualities_and_costs_may_be_structs(tmp_path: Path) -> None:
    given = read(tmp_path, pa.Table.from_pylist([ROW]))

    assert given.models == ("a", "b")
    assert given.quality.tolist() == [[1.0, 0.5]]
    assert given.cost_usd.tolist() == [[0.0, 1.0]]


def test_what_a_struct_has_no_value_for_is_missing(tmp_path: Path) -> None:
    rows = [ROW, {**ROW, "id": "2"}, {**ROW, "id": "3", "quality": {"a": 1.0, "b": None}}]

    given = read(tmp_path, pa.Table.from_pylist(rows))

    assert given.dropped == {str(Reason.MODEL): 1}


@pytest.mark.parametrize(
    ("kind", "one", "nothing"),
    [
        (pa.float32(), 1.0, 0.0),
        (pa.int8(), 1, 0),
        (pa.bool_(), True, False),
        (pa.decimal128(5, 2), Decimal(1), Decimal(0)),
        (pa.string(), "1", "0.0"),
    ],
)
def test_numbers_may_be_of_any_kind(
    kind: object, one: object, nothing: object, tmp_path: Path
) -> None:
    scores = {"quality.a": pa.array([one], kind), "cost_usd.a": pa.array([nothing], kind)}

    given = read(tmp_path, pa.table({"id": ["1"], "prompt": ["?"], **scores}))

    assert given.quality.tolist() == [[1.0]]
    assert given.cost_usd.tolist() == [[0.0]]


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    bad = pa.array([b"\xff\xfe"], pa.binary()).view(pa.string())
    table = pa.table({"id": ["1"], "prompt": bad, "quality.a": [1.0], "cost_usd.a": [0.0]})

    with pytest.raises(ConfigError, match="cannot be read as Parquet"):
        read(tmp_path, table)


def test_a_file_without_prompts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has no column prompt"):
        read(tmp_path, pa.table({"id": ["1"]}))


def test_without_pyarrow_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "given.parquet"
    path.touch()
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(ConfigError, match=r"needs pyarrow.* pip install 'pointsman\[simulate\]'"):
        load(str(path))
