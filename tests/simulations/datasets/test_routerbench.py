import os
import pickle
import sys
from importlib import import_module
from pathlib import Path

import pytest

from bandit.errors import ConfigError
from simulations.dataset import Dataset
from simulations.datasets import load

pd = import_module("pandas")


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.folder),)


def frame(**columns: object) -> object:
    return pd.DataFrame(
        {
            "sample_id": ["mbpp.1"],
            "prompt": ["['Why?']"],
            "eval_name": ["mbpp"],
            "a": [1.0],
            "a|total_cost": [0.01],
            **columns,
        }
    )


def put(tmp_path: Path, content: object) -> str:
    path = tmp_path / "routerbench_0shot.pkl"
    path.write_bytes(pickle.dumps(content))
    return str(path)


def read(tmp_path: Path, content: object) -> Dataset:
    return load(put(tmp_path, content), trust_pickle=True)


def test_a_pickle_is_not_touched_unless_it_is_trusted(tmp_path: Path) -> None:
    path = put(tmp_path, Bomb(tmp_path / "exploded"))

    with pytest.raises(ConfigError) as refused:
        load(path)

    assert not (tmp_path / "exploded").exists()
    assert "to read a pickle is to run whatever code is in it" in refused.value.fact
    assert "add --trust-pickle" in refused.value.remedy
    assert f"pointsman data import routerbench {path} --trust-pickle" in refused.value.remedy


def test_a_trusted_pickle_runs_what_is_in_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a pickle of no table"):
        read(tmp_path, Bomb(tmp_path / "exploded"))

    assert (tmp_path / "exploded").exists()


@pytest.mark.parametrize(
    ("written", "prompt"),
    [
        ("['Why?']", "Why?"),
        (r"['One \d', 'and two.']", "One \\d\n\nand two."),
        (["One", "and two."], "One\n\nand two."),
        ("Why?", "Why?"),
        ("[1, 2, 3] is what?", "[1, 2, 3] is what?"),
        ("[1, 2, 3]", "[1, 2, 3]"),
        ("[]", "[]"),
        ("[{[]: 1}]", "[{[]: 1}]"),
        ("[" * 5000, "[" * 5000),
        ("['\0']", "['\0']"),
    ],
)
def test_a_prompt_is_the_turns_of_its_list(written: object, prompt: str, tmp_path: Path) -> None:
    assert read(tmp_path, frame(prompt=[written])).prompts == (prompt,)


def test_only_columns_with_a_cost_beside_them_are_models(tmp_path: Path) -> None:
    given = read(tmp_path, frame(**{"a|model_response": ["42"], "oracle": ["a"], "b": [1.0]}))

    assert given.models == ("a",)
    assert given.ids == ("mbpp.1",)
    assert given.sources == ("mbpp",)


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        ({"a": 1}, "is a pickle of no table"),
        (pd.DataFrame({"prompt": ["Why?"]}), "has no column sample_id and no column eval_name"),
        (pd.concat([frame(), frame()], axis=1), "has two columns of one name"),
    ],
)
def test_another_pickle_is_refused(content: object, fact: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=fact):
        read(tmp_path, content)


@pytest.mark.parametrize("content", [b"", b"Why?", b"cno.such\nmodule\n.", pickle.dumps([1])[:-3]])
def test_a_broken_pickle_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "given.pkl"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=r"cannot be unpickled \(\w+\)"):
        load(str(path), trust_pickle=True)


def test_without_pandas_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, 1)
    monkeypatch.setitem(sys.modules, "pandas", None)

    with pytest.raises(ConfigError, match=r"needs pandas.* pip install 'pointsman\[simulate\]'"):
        load(path, trust_pickle=True)
