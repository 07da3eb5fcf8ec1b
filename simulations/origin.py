"""Where the requests of trials come from: a data set, or a world of our making."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bandit.arrays import Matrix
from bandit.context import ContextEncoder
from simulations.dataset import Dataset, encode
from simulations.datasets import fingerprint
from simulations.environment import Environment, replay


class Origin(Protocol):
    """Something that streams of requests are drawn from."""

    @property
    def name(self) -> str:
        """What a report calls it."""
        ...

    @property
    def fingerprint(self) -> str:
        """Differs where a stream of the same seed could differ."""
        ...

    @property
    def requests(self) -> int:
        """The length of a stream, unless another is asked for."""
        ...

    def environment(self, requests: int, rng: np.random.Generator) -> Environment:
        """A stream of so many requests."""
        ...


@dataclass(frozen=True, slots=True)
class DataOrigin:
    """The prompts of a data set in random order; it can be sent to another process."""

    dataset: Dataset
    contexts: Matrix
    """Of the prompts, shape ``(N, d)``."""

    fingerprint: str
    """Of the data set and of what the contexts were made by."""

    @property
    def name(self) -> str:
        """That of the data set."""
        return self.dataset.name

    @property
    def requests(self) -> int:
        """Every prompt once."""
        return len(self.dataset)

    def environment(self, requests: int, rng: np.random.Generator) -> Environment:
        """So many requests, each prompt once before any comes again."""
        return replay(self.dataset, self.contexts, requests, rng)


def of_dataset(dataset: Dataset, encoder: ContextEncoder) -> DataOrigin:
    """An origin of a data set's prompts, each of which is encoded here, once."""
    contexts = encode(dataset.prompts, encoder)
    return DataOrigin(dataset, contexts, f"{fingerprint(dataset)} {encoder.version}")
