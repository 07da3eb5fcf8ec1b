"""Many trials: planned, finished one after the other, kept."""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Protocol

from simulations.archive import Archive
from simulations.simulate import Failure
from simulations.trial import Measured, Trial
from simulations.workers import Workers


class Watcher(Protocol):
    """Somebody who wants to know how far it is."""

    def planned(self, trials: int, kept: int) -> None:
        """So many more trials are wanted, of which so many were finished earlier."""
        ...

    def finished(self, measured: Measured) -> None:
        """A trial came to something just now."""
        ...

    def failed(self, failure: Failure) -> None:
        """A trial came to nothing just now."""
        ...


class Experiment:
    """Trials that are wanted, what they came to, and what went wrong."""

    def __init__(self, archive: Archive, workers: Workers, watcher: Watcher) -> None:
        """An experiment without any trial yet.

        Args:
            archive: Has what was finished earlier, and gets what is finished now.
            workers: Run the trials.
            watcher: Is told.
        """
        self._archive = archive
        self._workers = workers
        self._watcher = watcher
        self._wanted: dict[Trial, Measured | None] = {}
        self.failures: list[Failure] = []

    def finish(self, trials: Iterable[Trial]) -> None:
        """Run those of the trials that have not been run; each is kept as soon as it ends."""
        new = [trial for trial in dict.fromkeys(trials) if trial not in self._wanted]
        self._wanted |= {trial: self._archive.get(trial) for trial in new}
        missing = [trial for trial in new if self._wanted[trial] is None]
        self._watcher.planned(len(new), len(new) - len(missing))
        for outcome in self._workers.run(missing):
            self._take(outcome)

    def measured(self) -> list[Measured]:
        """What is finished, in the order in which it was planned."""
        return [measured for measured in self._wanted.values() if measured is not None]

    @property
    def missing(self) -> int:
        """Trials that are planned and not finished."""
        return sum(measured is None for measured in self._wanted.values())

    def _take(self, outcome: Measured | Failure) -> None:
        if isinstance(outcome, Failure):
            self.failures.append(outcome)
            self._watcher.failed(outcome)
        else:
            self._archive.put(outcome)
            self._wanted[outcome.trial] = outcome
            self._watcher.finished(outcome)


def plan(
    policies: Sequence[str],
    scenarios: Sequence[str],
    willingness_to_pay_usd: Sequence[float],
    seeds: int,
    requests: int,
) -> list[Trial]:
    """Every policy under every setting, seed by seed: what is interrupted is still balanced."""
    return [
        Trial(policy, scenario, dollars, seed, requests)
        for seed, scenario, dollars, policy in product(
            range(seeds), scenarios, willingness_to_pay_usd, policies
        )
    ]
