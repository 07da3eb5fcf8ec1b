"""The models as they are when one of them is always chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import fmean

import numpy as np

from simulations.environment import Environment


@dataclass(frozen=True, slots=True)
class FixedModel:
    """What always choosing one model comes to, a mean over the requests it can be chosen for."""

    model: str
    quality: float
    cost_usd: float


def fixed_models(streams: Sequence[Environment]) -> list[FixedModel]:
    """Every model, from the cheapest to the dearest.

    Args:
        streams: Of the same models; a model that none of them can choose is left out.
    """
    able = np.vstack([stream.able() for stream in streams]) > 0
    quality = np.vstack([stream.quality for stream in streams])
    cost_usd = np.vstack([stream.cost_usd for stream in streams])
    found = [
        FixedModel(model, float(quality[at, k].mean()), float(cost_usd[at, k].mean()))
        for k, (model, at) in enumerate(zip(streams[0].models, able.T, strict=True))
        if at.any()
    ]
    return sorted(found, key=lambda one: (one.cost_usd, one.quality))


def average(lists: Sequence[Sequence[FixedModel]]) -> list[FixedModel]:
    """The mean of each model over the lists that have it, from the cheapest to the dearest."""
    by_model: dict[str, list[FixedModel]] = {}
    for one in chain.from_iterable(lists):
        by_model.setdefault(one.model, []).append(one)
    found = [
        FixedModel(model, fmean(one.quality for one in ones), fmean(one.cost_usd for one in ones))
        for model, ones in by_model.items()
    ]
    return sorted(found, key=lambda one: (one.cost_usd, one.quality))
