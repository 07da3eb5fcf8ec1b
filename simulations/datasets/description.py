"""What can be said of a data set before anything is simulated on it."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bandit.arrays import Vector
from simulations.dataset import Dataset
from simulations.dial import crossings

_LEVEL = 1e-12


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """One model of a data set."""

    model: str
    quality: float
    """Mean over all prompts."""

    cost_usd: float
    """Mean over all prompts."""

    best_share: float
    """Of the prompts at which no model is better; where several are level, it is each of them."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the dial along which one model is the best single one."""

    above_usd: float
    """Willingness to pay at its lower end; zero at the last."""

    model: str


@dataclass(frozen=True, slots=True)
class Description:
    """A data set in figures."""

    models: Sequence[ModelDescription]
    """From the cheapest to the dearest."""

    oracle_quality: float
    """Mean quality if the best model were known for every prompt."""

    oracle_cost_usd: float
    """What that would cost, if the cheapest of the best were taken."""

    sources: Sequence[tuple[str, int]]
    """And how many prompts are from each; the most first."""

    stretches: Sequence[Stretch]
    """From where cost does not matter down to where it decides."""


def describe(dataset: Dataset) -> Description:
    """A data set in figures."""
    quality, cost_usd = dataset.quality.mean(axis=0), dataset.cost_usd.mean(axis=0)
    best = dataset.quality >= dataset.quality.max(axis=1, keepdims=True) - _LEVEL
    models = [
        ModelDescription(model, float(quality[k]), float(cost_usd[k]), float(best[:, k].mean()))
        for k, model in enumerate(dataset.models)
    ]
    return Description(
        models=sorted(models, key=lambda one: (one.cost_usd, one.quality)),
        oracle_quality=float(dataset.quality.max(axis=1).mean()),
        oracle_cost_usd=float(np.where(best, dataset.cost_usd, np.inf).min(axis=1).mean()),
        sources=Counter(dataset.sources).most_common(),
        stretches=_stretches(dataset.models, quality, cost_usd),
    )


def _stretches(models: Sequence[str], quality: Vector, cost_usd: Vector) -> list[Stretch]:
    """Each up to a crossing, the model being the best in the middle of it."""
    ends = [at for at in crossings(quality, cost_usd) if at > 0.0]
    found = []
    for high, low in zip([math.inf, *ends], [*ends, 0.0], strict=True):
        reward = quality - cost_usd / _inside(low, high)
        best = max(range(len(models)), key=lambda k: (reward[k], -cost_usd[k]))
        found.append(Stretch(low, models[best]))
    return found


def _inside(low: float, high: float) -> float:
    """A setting between two."""
    if math.isinf(high):
        return high
    return math.sqrt(low * high) if low else high / 2.0
