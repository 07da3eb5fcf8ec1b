"""Some requests of a run: what was chosen at them, and what any choice would have led to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bandit.arrays import Indices, Matrix, Vector
from bandit.objective import Objective
from simulations.environment import Environment
from simulations.fixed import FixedModel


@dataclass(frozen=True, slots=True)
class Hindsight:
    """``T`` requests to ``K`` models in a row."""

    models: tuple[str, ...]
    able: NDArray[np.bool_]
    """Whether each model could be chosen, shape ``(T, K)``."""

    quality: Matrix
    cost_usd: Matrix
    reward: Matrix
    """Minus infinity where unable; all of shape ``(T, K)``."""

    chosen: Indices
    """Shape ``(T,)``."""

    @classmethod
    def of(cls, environment: Environment, objective: Objective, chosen: Indices) -> "Hindsight":
        """A whole run."""
        return cls(
            environment.models,
            environment.able() > 0,
            environment.quality,
            environment.cost_usd,
            environment.reward(objective.cost_weight),
            chosen,
        )

    def __len__(self) -> int:
        return len(self.chosen)

    def second_half(self) -> "Hindsight":
        """From request ``T // 2`` on."""
        late = slice(len(self) // 2, None)
        return Hindsight(
            self.models,
            self.able[late],
            self.quality[late],
            self.cost_usd[late],
            self.reward[late],
            self.chosen[late],
        )

    def obtained(self, values: Matrix) -> Vector:
        """Of values of shape ``(T, K)``, those of the models that were chosen, ``(T,)``."""
        return at(values, self.chosen)

    def means(self, values: Matrix) -> Vector:
        """Mean of each model over the requests it is able at, ``(K,)``; NaN where it never is."""
        count = self.able.sum(axis=0)
        total = np.where(self.able, values, 0.0).sum(axis=0)
        mean: Vector = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        return mean

    def best(self, values: Matrix) -> int:
        """The model of the largest mean."""
        return int(np.nanargmax(self.means(values)))

    def always(self, values: Matrix) -> Indices:
        """The model of the largest mean at every request, shape ``(T,)``; the next if unable."""
        first: Indices = np.where(self.able, self.means(values), -np.inf).argmax(axis=1)
        return first

    def fixed(self) -> list[FixedModel]:
        """Every model that is ever able, from the cheapest to the dearest."""
        every = zip(self.models, self.means(self.quality), self.means(self.cost_usd), strict=True)
        found = [FixedModel(model, float(q), float(c)) for model, q, c in every if not np.isnan(q)]
        return sorted(found, key=lambda one: (one.cost_usd, one.quality))


def at(values: Matrix, chosen: Indices) -> Vector:
    """The values, of shape ``(T, K)``, of these models, shape ``(T,)``."""
    obtained: Vector = values[np.arange(len(chosen)), chosen]
    return obtained
