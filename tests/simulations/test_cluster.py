"""Trials on real processes: our own, and those of a Dask cluster on loopback."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest

from bandit.errors import ConfigError
from simulations.cluster import Cluster
from simulations.experiment import plan
from simulations.simulate import Failure
from simulations.synthetic import Synthetic
from simulations.trial import Measured, Trial
from simulations.workers import Place, workers

WORLD = Synthetic(skills=3, models=3)
NOBODY = "tcp://127.0.0.1:1"
"""Where nobody listens: a port that only the system's own could."""

TRIALS = [
    *plan(["thompson", "vw-squarecb", "oracle"], ["hostile"], [0.05], seeds=2, requests=150),
    Trial("thompson", "death:model=nobody", 1.0, 0, 50),
]


def told(place: Place) -> dict[Trial, Measured | Failure]:
    """What trials come to at a place, but for the seconds they take."""
    with closing(workers(WORLD, place)) as running:
        return {one.trial: timeless(one) for one in running.run(TRIALS)}


def timeless(one: Measured | Failure) -> Measured | Failure:
    return one if isinstance(one, Failure) else msgspec.structs.replace(one, seconds=0.0)


@contextmanager
def started(*arguments: str) -> Iterator[None]:
    """A command of Dask's, for as long as it is needed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments, "--no-dashboard"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler without workers."""
    told = tmp_path_factory.mktemp("dask") / "scheduler.json"
    where = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told))
    with started("scheduler", *where):
        yield _address(told)


def _address(told: Path) -> str:
    for _ in range(300):
        if told.exists() and (text := told.read_text(encoding="utf-8")):
            return str(json.loads(text)["address"])
        time.sleep(0.1)
    raise AssertionError("the scheduler did not start within half a minute")


@pytest.fixture(scope="module")
def here() -> dict[Trial, Measured | Failure]:
    return told(Place(workers=0))


def test_processes_of_ones_own_give_the_same_results(
    here: dict[Trial, Measured | Failure],
) -> None:
    assert told(Place(workers=2)) == here
    assert sum(isinstance(one, Failure) for one in here.values()) == 1


def test_a_cluster_gives_the_same_results(
    scheduler: str, here: dict[Trial, Measured | Failure]
) -> None:
    with started("worker", scheduler, "--nworkers", "1", "--nthreads", "2"):
        assert told(Place(scheduler=scheduler)) == here


def test_a_scheduler_without_workers_is_said_to_be_one(scheduler: str) -> None:
    with (
        closing(Cluster(WORLD, scheduler, patience_seconds=0.5)) as lonely,
        pytest.raises(ConfigError, match="no Dask cluster with workers"),
    ):
        list(lonely.run(TRIALS))


@pytest.mark.parametrize("address", ["nowhere", "xyz://127.0.0.1:8786", NOBODY])
def test_a_scheduler_that_is_not_there_is_given_up_in_time(address: str) -> None:
    begun = time.monotonic()

    with (
        closing(Cluster(WORLD, address, patience_seconds=0.5)) as missing,
        pytest.raises(ConfigError, match=f"no Dask cluster with workers at {address}"),
    ):
        list(missing.run(TRIALS))

    assert time.monotonic() - begun < 10


def test_where_nothing_is_to_be_run_nothing_is_started() -> None:
    with closing(Cluster(WORLD, NOBODY)) as idle:
        assert list(idle.run([])) == []
