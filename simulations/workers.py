"""Where trials are run: in this process, in processes of this machine, or on a cluster."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from simulations.origin import Origin
from simulations.simulate import Failure, attempt
from simulations.trial import Measured, Trial


@dataclass(frozen=True, slots=True)
class Place:
    """Where to run trials."""

    workers: int | None = None
    """Processes of this machine; 0 runs trials in this one, None takes one for each core."""

    scheduler: str | None = None
    """Address of a Dask scheduler, such as ``tcp://10.0.0.7:8786``; goes before `workers`."""


class Workers(Protocol):
    """Something that runs trials."""

    def run(self, trials: Sequence[Trial]) -> Iterator[Measured | Failure]:
        """What each trial came to, as they end, in any order.

        Raises:
            ConfigError: A cluster does not answer, or runs other code than this.
        """
        ...

    def close(self) -> None:
        """Stop what was started, at once."""
        ...


def workers(origin: Origin, place: Place) -> Workers:
    """Workers at a place; equal trials come to the same wherever they are run."""
    if place.scheduler is None and place.workers == 0:
        return _Here(origin)
    from simulations.cluster import Cluster  # noqa: PLC0415 - Dask takes a moment to import

    return Cluster(origin, place.scheduler, place.workers)


@dataclass(frozen=True, slots=True)
class _Here:
    origin: Origin

    def run(self, trials: Sequence[Trial]) -> Iterator[Measured | Failure]:
        return (attempt(trial, self.origin) for trial in trials)

    def close(self) -> None:
        """Nothing was started."""
