"""What somebody with full information would predict of requests that they have not seen."""

import numpy as np

from bandit.arrays import Indices, Matrix
from simulations.environment import Environment
from simulations.predictors import Predictor

FOLDS = 5
_OF_EITHER_SIDE = 1e3
"""Size of the feature that tells a change of the world: large, so that it is hardly shrunk."""


def cross_fit(
    predict: Predictor, features: Matrix, targets: Matrix, rows: Indices, learned: Indices
) -> Matrix:
    """Predictions of every request by a fit that has not seen its prompt, shape ``(T, m)``.

    Prompts fall into five parts; each part is predicted from the other four, unless there is
    nothing in them to learn from.

    Args:
        predict: How to predict.
        features: Of all requests, shape ``(T, d)``.
        targets: Of all requests, shape ``(T, m)``.
        rows: Which prompt each request is, shape ``(T,)``.
        learned: Whether a request may be learned from, shape ``(T,)``, zero or one.
    """
    _, prompt = np.unique(rows, return_inverse=True)
    part = np.random.default_rng(0).permutation(prompt.max() + 1)[prompt] % FOLDS
    predicted = np.empty(targets.shape)
    for held in (part == number for number in range(FOLDS)):
        known = (learned > 0) & ~held
        known = known if known.any() else learned > 0
        predicted[held] = predict(features[known], targets[known], features[held])
    return predicted


def everything(environment: Environment) -> Indices:
    """Each prompt once on either side of the change, if there is one, shape ``(T,)``."""
    sides = 2 * environment.rows + _changed(environment)
    return _marked(len(environment), np.unique(sides, return_index=True)[1])


def some(environment: Environment, share: float, rng: np.random.Generator) -> Indices:
    """A share of the prompts, drawn from those before the change, if there is one."""
    before = np.flatnonzero(everything(environment) * (1 - _changed(environment)))
    count = max(FOLDS, round(share * len(before)))
    return _marked(len(environment), rng.permutation(before)[:count])


def features(environment: Environment) -> Matrix:
    """The contexts, and on which side of the change a request is, if there is one."""
    if environment.changed_at is None:
        return environment.contexts
    side = _OF_EITHER_SIDE * _changed(environment)
    return np.column_stack([environment.contexts, side])


def _changed(environment: Environment) -> Indices:
    first = len(environment) if environment.changed_at is None else environment.changed_at
    return (np.arange(len(environment)) >= max(first, 1)).astype(np.intp)


def _marked(length: int, places: Indices) -> Indices:
    marks = np.zeros(length, dtype=np.intp)
    marks[places] = 1
    return marks
