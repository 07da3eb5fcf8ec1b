import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bandit.errors import ConfigError
from service.cli.data import data
from simulations.datasets import fingerprint, load
from tests.simulations.datasets.files import MODELS, SECRET, put, row

COSTS = ("--cost", "small=0.001", "--cost", "large=0.02")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(data, [str(argument) for argument in arguments])


def said(*arguments: object) -> list[str]:
    """The lines of what a command that works says, without those of its tables."""
    result = run(*arguments)
    assert result.exception is None, result.output
    return [line for line in result.output.splitlines() if line and line[0] not in "┏┃┡│└"]


def cells(*arguments: object) -> list[list[str]]:
    """The rows of its tables."""
    lines = run(*arguments).output.splitlines()
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if line[:1] == "│"]


def refused(*arguments: object) -> str:
    error = run(*arguments).exception
    assert isinstance(error, ConfigError)
    return str(error)


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet", "routerbench", "routellm"])
@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".csv", ".csv.gz", ".parquet"])
def test_every_format_becomes_every_format_of_ours(kind: str, ending: str, tmp_path: Path) -> None:
    path = put(kind, tmp_path, [row(1, 1.0, 0.5), row(2, 0.0, 1.0)])
    costs, out = COSTS if kind == "routellm" else (), tmp_path / f"out{ending}"

    lines = said("import", kind, path, "--out", out, "--trust-pickle", *costs)

    assert lines == [f"{out}: 2 rows, 2 models"]
    assert load(str(out)).models == MODELS
    assert load(str(out)).quality.tolist() == [[1.0, 0.5], [0.0, 1.0]]


def test_rows_that_are_dropped_are_told_by_reason(tmp_path: Path) -> None:
    path = put("jsonl", tmp_path, [row(1), row(1), row(2, small=3.0), row(3, small=2.0)])

    lines = said("import", "jsonl", path, "--out", tmp_path / "out.csv")

    assert lines == [
        f"{tmp_path / 'out.csv'}: 1 of 4 rows, 2 models",
        "dropped 1: the id of an earlier row",
        "dropped 2: a quality outside 0 to 1",
    ]


def test_models_that_are_left_out_are_told(tmp_path: Path) -> None:
    lines = put("jsonl", tmp_path, [row(1), row(2), row(3)]).read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    rows[0]["quality"]["new"] = rows[0]["cost_usd"]["new"] = 0.5
    (tmp_path / "new.jsonl").write_text("\n".join(map(json.dumps, rows)))

    lines = said("describe", tmp_path / "new.jsonl")

    assert lines == ["new: 3 rows, 2 models", "left out new: told of by 1 row alone"]


def test_a_pickle_that_is_not_trusted_is_refused(tmp_path: Path) -> None:
    path = put("routerbench", tmp_path, [row(1)])

    assert "--trust-pickle" in refused("describe", path)
    assert "--trust-pickle" in refused("import", "routerbench", path, "--out", tmp_path / "x.csv")
    assert said("describe", path, "--trust-pickle") == ["given: 1 row, 2 models"]


def test_costs_that_routellm_needs_are_asked_for(tmp_path: Path) -> None:
    path = put("routellm", tmp_path, [row(1)])

    told = refused("import", "routellm", path, "--out", tmp_path / "out.csv", *COSTS[:2])

    assert "what an answer costs of large; add --cost large=USD" in told


@pytest.mark.parametrize("written", ["large", "large=", "=1", "large=much", "large=-1", "a=inf"])
def test_a_cost_that_is_none_is_refused(written: str, tmp_path: Path) -> None:
    path = put("routellm", tmp_path, [row(1)])

    told = refused("import", "routellm", path, "--out", tmp_path / "out.csv", "--cost", written)

    assert f"--cost {written} is no cost of a model" in told


def test_an_ending_that_nothing_writes_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    told = refused("import", "jsonl", tmp_path / "missing", "--out", tmp_path / "out.txt")

    assert "out.txt does not say what kind of file it is" in told


def test_what_was_there_stays_when_nothing_can_be_read(tmp_path: Path) -> None:
    path, out = put("jsonl", tmp_path, [row(1, small=9.0)]), tmp_path / "out.csv"
    out.write_text("kept")

    refused("import", "jsonl", path, "--out", out)

    assert out.read_text() == "kept"


def test_a_file_may_be_replaced_by_what_is_read_of_it(tmp_path: Path) -> None:
    path = put("jsonl", tmp_path, [row(1)])
    before = fingerprint(load(str(path)))

    said("import", "jsonl", path, "--out", path)

    assert fingerprint(load(str(path))) == before


def test_a_description_has_models_oracle_sources_and_stretches(tmp_path: Path) -> None:
    path = put("jsonl", tmp_path, [row(1, 0.5, 1.0), row(2, 0.0, 0.5), row(3, 1.0, 0.5)])

    assert cells("describe", path) == [
        ["small", "0.500", "0.001", "33.3%"],
        ["large, the best single", "0.667", "0.02", "66.7%"],
        ["oracle", "0.833", "0.0137", ""],
        ["exam", "3", "100.0%"],
        ["above 0.114", "large"],
        ["below", "small"],
    ]


def test_where_one_model_is_best_at_any_price_there_is_no_crossing(tmp_path: Path) -> None:
    path = put("jsonl", tmp_path, [row(1)])

    assert cells("describe", path)[-1] == ["any", "small"]


def test_no_prompt_is_ever_told(tmp_path: Path) -> None:
    path = put("jsonl", tmp_path, [row(1), row(1)])

    assert SECRET not in run("describe", path).output
    assert SECRET not in run("import", "jsonl", path, "--out", tmp_path / "out.csv").output
    path.write_text(path.read_text()[:-9])
    assert SECRET not in refused("describe", path)


def test_names_are_shown_as_they_are_and_command_no_terminal(tmp_path: Path) -> None:
    path = put("jsonl", tmp_path, [{**row(1), "source": "[red]a\x1b[2J[/red]"}])

    output = run("describe", path).output

    assert "[red]a" in output
    assert "\x1b" not in output


def test_without_pyarrow_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    told = refused(
        "import", "jsonl", put("jsonl", tmp_path, [row(1)]), "--out", tmp_path / "x.parquet"
    )

    assert "pip install 'pointsman[simulate]'" in told
