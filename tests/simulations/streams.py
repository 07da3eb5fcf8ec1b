"""Streams small enough to check by hand."""

import dataclasses

import numpy as np

from simulations.environment import Environment, faithful
from simulations.scenarios import apply
from simulations.synthetic import Synthetic

MODELS = ("cheap", "fair", "strong")
PRICES = np.array([1e-6, 1e-5, 1e-4])


def stream(requests: int = 60, sources: tuple[str, ...] = ("a", "b")) -> Environment:
    """Three models, the dearer the better; the second entry of a context is its request."""
    rng = np.random.default_rng(3)
    quality = 0.1 + 0.2 * np.arange(3) + 0.2 * rng.random((requests, 3))
    return Environment(
        name="replay",
        models=MODELS,
        contexts=np.column_stack([np.ones(requests), np.arange(requests)]),
        rows=np.arange(requests),
        sources=tuple(sources[t % len(sources)] for t in range(requests)),
        quality=quality,
        tokens=rng.integers(100, 500, (requests, 3)).astype(np.float64),
        usd_per_token=np.broadcast_to(PRICES, quality.shape).copy(),
        raters=(faithful(quality),),
    )


def world(requests: int = 60) -> Environment:
    """A made one, with ratings that are not quality itself."""
    origin = Synthetic(skills=3, models=3, noise=0.1)
    return origin.environment(requests, np.random.default_rng(0))


def happened(written: str, environment: Environment, seed: int = 0) -> Environment:
    """An environment under a scenario."""
    return apply(written, environment, np.random.default_rng(seed))


def content(environment: Environment) -> list[object]:
    """Everything in it but its name, as plain data that can be compared."""
    fields = dataclasses.asdict(dataclasses.replace(environment, name=""))
    return [_plain(value) for value in fields.values()]


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value
