"""docs/data.md and the readers say the same."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli.data import data
from simulations.dataset import Dataset
from simulations.datasets import fingerprint, load, read
from simulations.datasets.columns import columns_of
from simulations.datasets.formats import ENDINGS, FORMATS
from simulations.datasets.options import ReadOptions
from simulations.datasets.row import Reason

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"^```console\n\$ (.*)\n((?:.*\n)*?)```", PAGE, re.MULTILINE)


def example(tag: str) -> str:
    (found,) = re.findall(rf"^```{tag}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def loaded(tag: str, folder: Path) -> Dataset:
    path = folder / f"example.{tag}"
    path.write_text(example(tag), encoding="utf-8")
    return load(str(path))


def test_every_format_has_its_row_with_the_endings_of_its_files() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE, re.MULTILINE)

    assert [name for name, _ in rows] == list(FORMATS)
    for name, endings in rows[:-1]:
        assert re.findall("`(.*?)`", endings) == [e for e, of in ENDINGS.items() if of == name]


def test_every_reason_to_drop_a_row_is_told() -> None:
    _, _, table = PAGE.partition("| Reason |\n| --- |\n")

    told = re.findall(r"\| (.*) \|\n", table.partition("\n\n")[0] + "\n")
    assert set(told) == {str(reason) for reason in Reason}
    assert len(told) == len(Reason)


@pytest.mark.parametrize("tag", ["jsonl", "csv"])
def test_the_examples_can_be_read_and_are_the_same_data(tag: str, tmp_path: Path) -> None:
    given = loaded(tag, tmp_path)

    assert given.models == ("small", "large")
    assert given.dropped == {}
    assert fingerprint(given) == fingerprint(loaded("jsonl", tmp_path))


def test_the_columns_of_the_example_are_those_that_are_written(tmp_path: Path) -> None:
    header = example("csv").splitlines()[0]

    assert header.split(",") == list(columns_of(loaded("csv", tmp_path)))


def test_the_example_of_routellm_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_text(example("routellm"), encoding="utf-8")

    costs = {"mixtral-8x7b": 0.1, "gpt-4": 1.0}
    given = read(FORMATS["routellm"], path, ReadOptions(cost_usd=costs))

    assert given.quality.tolist() == [[1.0, 1.0], [0.0, 1.0]]


@pytest.mark.parametrize(("command", "output"), CONSOLE)
def test_the_commands_print_what_the_page_says(
    command: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mmlu_anatomy.csv").write_text(example("routellm"), encoding="utf-8")
    program, group, *arguments = shlex.split(command)

    result = CliRunner().invoke(data, arguments)

    assert (program, group) == ("pointsman", "data")
    assert result.exception is None
    assert result.output == output


def test_both_commands_are_shown() -> None:
    assert [command.split()[2] for command, _ in CONSOLE] == list(data.commands)


def test_the_shipped_set_is_as_long_as_the_page_says() -> None:
    assert f"{len(load('tutorial'))} prompts of our own writing" in PAGE
