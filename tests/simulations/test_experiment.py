from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from simulations.archive import Archive
from simulations.experiment import Experiment, plan
from simulations.simulate import Failure
from simulations.trial import Measured, Trial
from tests.simulations.made import measured

TRIALS = plan(["thompson", "oracle"], ["plain"], [float("inf"), 0.05], seeds=2, requests=100)


class Workers:
    """Make up what trials come to; some fail, and somebody may interrupt."""

    def __init__(self, failing: str = "", interrupted_after: int = 100) -> None:
        self.failing = failing
        self.left = interrupted_after
        self.asked: list[Trial] = []

    def run(self, trials: Sequence[Trial]) -> Iterator[Measured | Failure]:
        """From the last to the first."""
        for trial in reversed(trials):
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            self.asked.append(trial)
            failing = trial.policy == self.failing
            yield Failure(trial, "no reason") if failing else measured(trial)

    def close(self) -> None:
        """Nothing was started."""


class Watcher:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def planned(self, trials: int, kept: int) -> None:
        """Remember it."""
        self.told.append((trials, kept))

    def finished(self, measured: Measured) -> None:
        """Remember it."""
        self.told.append("finished")

    def failed(self, failure: Failure) -> None:
        """Remember it."""
        self.told.append("failed")


def experiment(folder: Path, workers: Workers, watcher: Watcher | None = None) -> Experiment:
    return Experiment(Archive(folder, "data"), workers, watcher or Watcher())


def test_a_plan_has_every_combination_and_ends_one_seed_before_the_next() -> None:
    assert len(set(TRIALS)) == 8
    assert [trial.seed for trial in TRIALS] == [0] * 4 + [1] * 4


def test_results_are_in_the_order_of_the_plan_in_whatever_order_they_came(tmp_path: Path) -> None:
    made = experiment(tmp_path, Workers())

    made.finish(TRIALS)

    assert [one.trial for one in made.measured()] == TRIALS
    assert made.missing == 0


def test_what_was_interrupted_goes_on_where_it_stopped(tmp_path: Path) -> None:
    first, second, watcher = Workers(interrupted_after=3), Workers(), Watcher()
    with pytest.raises(KeyboardInterrupt):
        experiment(tmp_path, first).finish(TRIALS)

    resumed = experiment(tmp_path, second, watcher)
    resumed.finish(TRIALS)

    assert watcher.told == [(8, 3), *["finished"] * 5]
    assert set(first.asked) | set(second.asked) == set(TRIALS)
    assert not set(first.asked) & set(second.asked)
    assert [one.trial for one in resumed.measured()] == TRIALS


def test_what_was_finished_before_an_interrupt_is_there(tmp_path: Path) -> None:
    made = experiment(tmp_path, Workers(interrupted_after=3))

    with pytest.raises(KeyboardInterrupt):
        made.finish(TRIALS)

    assert len(made.measured()) == 3
    assert made.missing == 5


def test_a_failing_trial_is_told_and_loses_no_other(tmp_path: Path) -> None:
    watcher = Watcher()
    made = experiment(tmp_path, Workers(failing="thompson"), watcher)

    made.finish(TRIALS)

    assert {failure.trial.policy for failure in made.failures} == {"thompson"}
    assert [one.trial.policy for one in made.measured()] == ["oracle"] * 4
    assert watcher.told.count("failed") == 4


def test_a_failed_trial_is_run_again_the_next_time(tmp_path: Path) -> None:
    experiment(tmp_path, Workers(failing="thompson")).finish(TRIALS)

    workers = Workers()
    experiment(tmp_path, workers).finish(TRIALS)

    assert {trial.policy for trial in workers.asked} == {"thompson"}


def test_a_trial_that_is_wanted_twice_is_run_once(tmp_path: Path) -> None:
    workers = Workers()
    made = experiment(tmp_path, workers)

    made.finish(TRIALS[:3])
    made.finish([*TRIALS, TRIALS[0]])

    assert len(workers.asked) == 8
