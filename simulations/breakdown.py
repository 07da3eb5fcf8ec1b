"""A run by where its prompts come from."""

from collections.abc import Sequence

import numpy as np

from bandit.arrays import Vector
from simulations.hindsight import Hindsight
from simulations.trial import Share


def by_source(hindsight: Hindsight, sources: Sequence[str]) -> dict[str, Share]:
    """Mean reward, quality, dollars and traffic of the prompts of each source."""
    names, which, count = np.unique(sources, return_inverse=True, return_counts=True)
    models = len(hindsight.models)
    cells = np.bincount(which * models + hindsight.chosen, minlength=len(names) * models)
    traffic = cells.reshape(len(names), models) / count[:, None]

    def mean(values: Vector) -> list[float]:
        means: list[float] = (np.bincount(which, values) / count).tolist()
        return means

    rows = zip(
        names.tolist(),
        count.tolist(),
        *(
            mean(hindsight.obtained(v))
            for v in (hindsight.reward, hindsight.quality, hindsight.cost_usd)
        ),
        traffic.tolist(),
        strict=True,
    )
    return {
        name: Share(requests, reward, quality, cost_usd, named(hindsight.models, share))
        for name, requests, reward, quality, cost_usd, share in rows
    }


def named(models: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    """A value for each model, by its name."""
    return dict(zip(models, values, strict=True))
