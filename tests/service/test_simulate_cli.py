"""``pointsman simulate`` and ``pointsman frontier``, as a person starts them."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from service.cli import cli
from simulations.policies import POLICIES
from simulations.scenarios import SCENARIOS
from simulations.summary import Summary
from simulations.yardsticks import YARDSTICKS

ROOT = Path(__file__).parents[2]
SMALL = ("--synthetic", "skills=3,models=3", "--workers", "0", "--willingness-to-pay", "inf")
LONG = ("--synthetic", "skills=3,models=3", "--workers", "2", "--willingness-to-pay", "0.05")
Done = subprocess.CompletedProcess[str]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "service.cli", *arguments]


def run(*arguments: str) -> Done:
    return subprocess.run(
        command(*arguments), check=False, capture_output=True, text=True, timeout=120, cwd=ROOT
    )


def summary(folder: Path) -> Summary:
    return msgspec.json.decode((folder / "summary.json").read_bytes(), type=Summary)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("simulate") / "report"


@pytest.fixture(scope="module")
def small(folder: Path) -> Done:
    return run("simulate", *SMALL, "--requests", "60", "--seeds", "2", "--out", str(folder))


def test_a_run_ends_well_and_shows_every_policy_and_yardstick(small: Done) -> None:
    assert small.returncode == 0, small.stderr
    for shown in ("thompson", "best-single: model-", "random", "oracle", "vs zero-router, 2nd"):
        assert shown in small.stdout


def test_progress_goes_to_standard_error_and_nothing_else_does(small: Done) -> None:
    assert re.fullmatch(r"trials .* 8/8 0:00:\d\d left 0:00:00", small.stderr.strip())
    assert "trials" not in small.stdout.replace("/trials", "")


def test_the_files_that_are_named_are_those_that_the_documents_name(
    small: Done, folder: Path
) -> None:
    page = (ROOT / "docs" / "simulations.md").read_text(encoding="utf-8")
    rows = re.search(r"^\| File .*\n\| --- .*\n((?:\|.*\n)*)", page, re.MULTILINE)

    documented = {line.split("`")[1] for line in str(rows and rows[1]).splitlines()}
    named = {Path(line).name for line in small.stdout.splitlines() if str(folder) in line}
    assert named | {"trials/"} == documented
    assert {file.name for file in folder.iterdir()} == named | {"trials"}


def test_the_summary_holds_what_is_asked_for_and_nothing_unknown(small: Done, folder: Path) -> None:
    written = (folder / "summary.json").read_bytes()
    read = summary(folder)

    assert msgspec.json.decode(written) == msgspec.json.decode(msgspec.json.encode(read))
    assert (read.data, read.requests, read.seeds) == ("synthetic:skills=3,models=3", 60, 2)
    assert {run.willingness_to_pay_usd for run in read.runs} == {"inf"}


def test_the_dial_is_swept(tmp_path: Path) -> None:
    asked = ("--synthetic", "skills=2,models=2", "--workers", "0", "--policy", "greedy")

    done = run("frontier", *asked, "--requests", "30", "--seeds", "1", "--out", str(tmp_path))

    assert done.returncode == 0, done.stderr
    assert "APGR" in done.stdout
    assert "greedy" in [swept.policy for swept in summary(tmp_path).frontiers]


def test_an_interrupt_leaves_a_report_and_the_next_run_goes_on_from_there(tmp_path: Path) -> None:
    asked = ("simulate", *LONG, "--requests", "800", "--seeds", "4", "--out", str(tmp_path))

    stopped, errors = interrupted(asked, tmp_path / "trials")
    kept = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "trials").iterdir()}
    broken = sum(run.seeds for run in summary(tmp_path).runs)
    again = run(*asked)

    assert stopped == 130
    assert "run it again to go on" in errors
    assert "Traceback" not in errors
    assert 0 < broken == len(kept) < 16
    assert again.returncode == 0, again.stderr
    assert f"{broken} of 16 trials were finished earlier" in again.stderr
    assert all((tmp_path / "trials" / name).stat().st_mtime_ns == at for name, at in kept.items())
    assert sum(run.seeds for run in summary(tmp_path).runs) == 16


def interrupted(asked: tuple[str, ...], trials: Path) -> tuple[int, str]:
    """Exit status and standard error of who is interrupted, as a terminal does it, early on."""
    process = subprocess.Popen(
        command(*asked),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    while process.poll() is None and not any(trials.glob("*.msgpack")):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors


@pytest.mark.parametrize("command", ["simulate", "frontier"])
@pytest.mark.parametrize("arguments", [[], ["--data", "tutorial", "--synthetic", "skills=3"]])
def test_it_is_either_data_or_a_world(command: str, arguments: list[str]) -> None:
    refused = CliRunner().invoke(cli, [command, *arguments])

    assert refused.exit_code == 2
    assert "Give one of --data and --synthetic" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("--policy", "thomson"), "did you mean thompson"),
        (("--willingness-to-pay", "0"), "give a positive number"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_runs(
    arguments: tuple[str, ...], what: str, tmp_path: Path
) -> None:
    done = run("simulate", *SMALL, *arguments, "--out", str(tmp_path / "report"))

    assert done.returncode == 2
    assert what in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "report").exists()


def test_the_list_names_all_that_can_be_simulated() -> None:
    done = run("simulate", "--list")

    assert done.returncode == 0
    listed = set(re.findall(r"^│ ([\w-]+) +│", done.stdout, re.MULTILINE))
    assert listed == {*POLICIES, *YARDSTICKS, *SCENARIOS}


def test_without_the_extra_it_says_what_to_install() -> None:
    without = "import sys; sys.modules['distributed'] = None; from service.cli import main; main()"

    done = subprocess.run(
        [sys.executable, "-c", without, "simulate", *SMALL],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 2
    assert "simulations need distributed" in done.stderr
    assert "pip install 'pointsman[simulate]'" in done.stderr


def test_other_commands_do_not_wait_for_what_simulations_import() -> None:
    heavy = {"dask", "distributed", "matplotlib", "pandas", "pyarrow"}

    done = subprocess.run(
        [sys.executable, "-c", "import sys, service.cli; print(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert not heavy & set(done.stdout.split())
