"""Who watches an experiment."""

from dataclasses import dataclass, field

from simulations.simulate import Failure
from simulations.trial import Measured


class Silent:
    """Somebody who does not care."""

    def planned(self, trials: int, kept: int) -> None:
        """So be it."""

    def finished(self, measured: Measured) -> None:
        """So be it."""

    def failed(self, failure: Failure) -> None:
        """So be it."""


@dataclass
class Impatient(Silent):
    """Somebody who counts, and interrupts after so many trials; after none, before the first."""

    patience: int = 1_000_000
    kept: int = 0
    done: list[Measured] = field(default_factory=list)

    def planned(self, trials: int, kept: int) -> None:
        """Remember how many were finished earlier."""
        self.kept += kept
        self._wait()

    def finished(self, measured: Measured) -> None:
        """Count, and perhaps interrupt."""
        self.done.append(measured)
        self._wait()

    def _wait(self) -> None:
        if len(self.done) == self.patience:
            raise KeyboardInterrupt
