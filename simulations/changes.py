"""What changes in the world while requests come: prices, models, prompts."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bandit.arrays import Indices, Matrix, Vector
from bandit.errors import ConfigError
from simulations.environment import Environment, Rater
from simulations.registry import one_of

STRONGEST = "strongest"
"""In place of a model's name: the one of the highest mean quality."""


def price_cut(
    environment: Environment, _rng: object, model: str, at: float, factor: float
) -> Environment:
    """One model becomes this many times cheaper."""
    return _priced(environment, model, at, 1.0 / factor)


def price_rise(
    environment: Environment, _rng: object, model: str, at: float, factor: float
) -> Environment:
    """One model becomes this many times dearer."""
    return _priced(environment, model, at, factor)


def degradation(
    environment: Environment, _rng: object, model: str, at: float, factor: float
) -> Environment:
    """The quality of a model's answers is multiplied, and ratings move by as much."""
    k, begin = _model(environment, model), _begin(environment, at)
    quality = _scaled(environment.quality, begin, k, factor)
    moved = quality - environment.quality
    expected = environment.expected_quality
    return replace(
        environment,
        quality=quality,
        raters=tuple(
            replace(rater, rating=np.clip(rater.rating + moved, 0.0, 1.0))
            for rater in environment.raters
        ),
        expected_quality=None if expected is None else _scaled(expected, begin, k, factor),
        changed_at=begin,
    )


def death(environment: Environment, _rng: object, model: str, at: float) -> Environment:
    """A model cannot be chosen any more."""
    begin = _begin(environment, at)
    return _unable(environment, model, slice(begin, None), begin)


def arrival(environment: Environment, _rng: object, model: str, at: float) -> Environment:
    """A model cannot be chosen before."""
    begin = _begin(environment, at)
    return _unable(environment, model, slice(None, begin), begin)


def flat_cost(environment: Environment, _rng: object) -> Environment:
    """Every answer of a model costs what its answers cost on average, so that dollars are calls."""
    tokens = np.broadcast_to(environment.tokens.mean(axis=0), environment.tokens.shape)
    return replace(environment, tokens=tokens.copy())


def prompt_shift(environment: Environment, rng: np.random.Generator) -> Environment:
    """The same requests in another order: those of some sources first, then all others.

    Sources are drawn until about half of the requests are theirs. Where all prompts have one
    source, the two halves are those on either side of the contexts' first principal direction.
    """
    several = len(set(environment.sources)) > 1
    first = _some_sources(environment.sources, rng) if several else _one_side(environment, rng)
    order = np.argsort(~first, kind="stable")
    return replace(_reordered(environment, order), changed_at=int(first.sum()))


def _priced(environment: Environment, model: str, at: float, factor: float) -> Environment:
    k = _strongest_dear(environment) if model == STRONGEST else _model(environment, model)
    begin = _begin(environment, at)
    prices = _scaled(environment.usd_per_token, begin, k, factor)
    return replace(environment, usd_per_token=prices, changed_at=begin)


def _strongest_dear(environment: Environment) -> int:
    """The strongest of the models that cost more than the cheapest, if there are any."""
    quality, cost_usd = environment.quality.mean(axis=0), environment.cost_usd.mean(axis=0)
    order = np.lexsort((quality, cost_usd > cost_usd.min()))
    return int(order[-1])


def _model(environment: Environment, model: str) -> int:
    if model in environment.models:
        return environment.models.index(model)
    if model == STRONGEST:
        return int(environment.quality.mean(axis=0).argmax())
    raise ConfigError(f"there is no model {model!r}", one_of(model, environment.models))


def _begin(environment: Environment, at: float) -> int:
    """The first request after the change; there is one before it, too, in all but one request."""
    length = len(environment)
    return min(max(round(at * length), 1), length - 1)


def _scaled(values: Matrix, begin: int, k: int, factor: float) -> Matrix:
    scaled = values.copy()
    scaled[begin:, k] *= factor
    return scaled


def _unable(environment: Environment, model: str, when: slice, begin: int) -> Environment:
    if len(environment.models) == 1:
        raise ConfigError("there is but one model", "take data of two or more")
    able = environment.able().copy()
    able[when, _model(environment, model)] = 0
    return replace(environment, available=able, changed_at=begin)


def _some_sources(sources: tuple[str, ...], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Requests of drawn sources, about half of all, shape ``(T,)``."""
    names, which, counts = np.unique(sources, return_inverse=True, return_counts=True)
    drawn = rng.permutation(len(names))
    off = np.abs(counts[drawn].cumsum()[:-1] - len(sources) / 2)
    some: NDArray[np.bool_] = np.isin(which, drawn[: off.argmin() + 1])
    return some


def _one_side(environment: Environment, rng: np.random.Generator) -> NDArray[np.bool_]:
    """The half of the requests whose contexts lie on one side, drawn evenly, shape ``(T,)``."""
    centred = environment.contexts - environment.contexts.mean(axis=0)
    direction = np.linalg.svd(centred, full_matrices=False)[2][0]
    along: Vector = centred @ direction * rng.choice([-1.0, 1.0])
    side = np.zeros(len(environment), dtype=np.bool_)
    side[along.argsort(kind="stable")[: _begin(environment, 0.5)]] = True
    return side


def _reordered(environment: Environment, order: Indices) -> Environment:
    able, expected = environment.available, environment.expected_quality
    return replace(
        environment,
        contexts=environment.contexts[order],
        rows=environment.rows[order],
        sources=tuple(environment.sources[t] for t in order),
        quality=environment.quality[order],
        tokens=environment.tokens[order],
        usd_per_token=environment.usd_per_token[order],
        raters=tuple(_reordered_rater(rater, order) for rater in environment.raters),
        available=None if able is None else able[order],
        expected_quality=None if expected is None else expected[order],
    )


def _reordered_rater(rater: Rater, order: Indices) -> Rater:
    return replace(
        rater,
        rated=rater.rated[order],
        delay=rater.delay[order],
        rating=rater.rating[order],
        beside=None if rater.beside is None else rater.beside[order],
    )
