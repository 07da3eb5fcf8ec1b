from collections.abc import Mapping
from pathlib import Path

import pytest

from bandit.errors import ConfigError
from simulations.dataset import Dataset
from simulations.datasets import read
from simulations.datasets.formats import FORMATS
from simulations.datasets.options import ReadOptions

COSTS = {"mixtral-8x7b": 0.0001, "gpt-4": 0.01}
HEADER = "prompt,mixtral-8x7b,gpt-4"


def given(tmp_path: Path, text: str, costs: Mapping[str, float] = COSTS) -> Dataset:
    path = tmp_path / "mmlu_anatomy.csv"
    path.write_text(text, encoding="utf-8")
    return read(FORMATS["routellm"], path, ReadOptions(cost_usd=costs))


def test_the_file_is_the_source_and_rows_are_counted(tmp_path: Path) -> None:
    data = given(tmp_path, f"{HEADER}\nWhy?,True,False\n,True,True\nHow?,0,1\n")

    assert data.ids == ("1", "3")
    assert data.sources == ("mmlu_anatomy",) * 2
    assert data.quality.tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert data.cost_usd.tolist() == [[0.0001, 0.01]] * 2


def test_numbers_of_rows_and_wordings_of_answers_are_no_models(tmp_path: Path) -> None:
    data = given(tmp_path, f",{HEADER},mixtral-8x7b_response,gpt-4_response\n0,Why?,1,0,So.,So.\n")

    assert data.models == ("mixtral-8x7b", "gpt-4")


def test_costs_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        given(tmp_path, f"{HEADER}\nWhy?,True,False\n", {})

    assert "does not say what an answer costs of mixtral-8x7b, gpt-4" in refused.value.fact
    assert "add --cost mixtral-8x7b=USD --cost gpt-4=USD" in refused.value.remedy


def test_a_cost_of_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"has no model 'gpt4'; did you mean gpt-4\?"):
        given(tmp_path, f"{HEADER}\nWhy?,True,False\n", {**COSTS, "gpt4": 0.01})


def test_costs_of_a_file_that_has_its_own_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "given.jsonl"
    path.touch()

    with pytest.raises(ConfigError, match="has costs of its own; leave --cost out"):
        read(FORMATS["jsonl"], path, ReadOptions(cost_usd=COSTS))
