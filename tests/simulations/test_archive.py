from pathlib import Path

import pytest

from simulations.archive import Archive, replace
from tests.simulations.made import measured, trial


def test_a_finished_trial_is_given_back_as_it_was(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "trials", "data")
    kept = measured(trial(willingness=float("inf")))

    archive.put(kept)

    assert archive.get(kept.trial) == kept


def test_a_trial_that_was_never_run_is_not_found(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "data")
    archive.put(measured(trial(seed=0)))

    assert archive.get(trial(seed=1)) is None


def test_other_data_is_another_trial(tmp_path: Path) -> None:
    Archive(tmp_path, "data").put(measured(trial()))

    assert Archive(tmp_path, "other data").get(trial()) is None


def test_a_damaged_file_is_no_trial(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "data")
    archive.put(measured(trial()))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:40])

    assert archive.get(trial()) is None


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(b"old")

    with pytest.raises(TypeError):
        replace(path, "no bytes")  # type: ignore[arg-type]

    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"old"]
