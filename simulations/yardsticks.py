"""What policies are measured against: choices in hindsight, or from full information."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from bandit.arrays import Indices, Matrix, Vector
from bandit.objective import Objective
from simulations.cross_fitting import cross_fit, everything, features, some
from simulations.environment import Environment
from simulations.predictors import Predictor, nearest, ridge
from simulations.registry import Entry, Option, entry_of, name_of, options_of

Choose = Callable[..., Indices]
"""From environment, objective and generator, with the options by their names, to what is chosen."""


def is_yardstick(written: str) -> bool:
    """Whether a name, with options or without, is a yardstick's."""
    return name_of(written) in YARDSTICKS


def choose(
    written: str, environment: Environment, objective: Objective, rng: np.random.Generator
) -> Indices:
    """Which model a yardstick takes at each request, shape ``(T,)``; always one that is able.

    Raises:
        ConfigError: There is no such yardstick, or it has no such option.
    """
    entry = entry_of(written, YARDSTICKS)
    return entry.make(environment, objective, rng, **options_of(written, entry))


def cross_fitted_quality(environment: Environment, share: float = 1.0) -> Matrix:
    """Mean quality of each model at each request as ridge on the contexts has it, ``(T, K)``.

    No prompt is predicted by a fit that has seen it.

    Args:
        environment: Full information; where it changes, so does the prediction.
        share: Of the prompts, to learn from; less than all are of before the change.
    """
    learned = everything(environment)
    if share < 1.0:
        learned = some(environment, share, np.random.default_rng(0))
    known = features(environment)
    return cross_fit(ridge, known, environment.quality, environment.rows, learned)


def _best_single(environment: Environment, objective: Objective, _rng: object) -> Indices:
    return _first_able(environment, environment.reward(objective.cost_weight))


def _strongest(environment: Environment, _objective: object, _rng: object) -> Indices:
    return _first_able(environment, environment.quality)


def _cheapest_single(environment: Environment, _objective: object, _rng: object) -> Indices:
    return _first_able(environment, -environment.cost_usd)


def _oracle(environment: Environment, objective: Objective, _rng: object) -> Indices:
    reward = environment.reward(objective.cost_weight)
    best = reward >= reward.max(axis=1, keepdims=True) - 1e-12
    cheapest: Indices = np.where(best, environment.cost_usd, np.inf).argmin(axis=1)
    return cheapest


def _ridge_full(environment: Environment, objective: Objective, _rng: object) -> Indices:
    learned = everything(environment)
    return _predicted_best(environment, objective, ridge, features(environment), learned)


def _ridge_offline(
    environment: Environment, objective: Objective, rng: np.random.Generator, share: float
) -> Indices:
    learned = some(environment, share, rng)
    return _predicted_best(environment, objective, ridge, environment.contexts, learned)


def _knn_offline(
    environment: Environment,
    objective: Objective,
    rng: np.random.Generator,
    *,
    share: float,
    k: int,
    metric: str,
) -> Indices:
    learned, predict = some(environment, share, rng), nearest(k, metric)
    return _predicted_best(environment, objective, predict, environment.contexts, learned)


def _first_able(environment: Environment, worth: Matrix) -> Indices:
    """At each request the able model with the best mean worth over the requests it is able at."""
    able = environment.able() > 0
    mean: Vector = np.where(able, worth, 0.0).sum(axis=0) / np.maximum(able.sum(axis=0), 1)
    best: Indices = np.where(able, mean, -np.inf).argmax(axis=1)
    return best


def _predicted_best(
    environment: Environment,
    objective: Objective,
    predict: Predictor,
    known: Matrix,
    learned: Indices,
) -> Indices:
    """The able model of the best reward, from predicted quality and logarithm of tokens."""
    targets = np.hstack([environment.quality, np.log1p(environment.tokens)])
    predicted = cross_fit(predict, known, targets, environment.rows, learned)
    quality, logs = np.hsplit(predicted, 2)
    cost_usd = _tokens(logs, environment.tokens, learned > 0) * environment.usd_per_token
    reward = quality - objective.cost_weight * cost_usd
    best: Indices = np.where(environment.able() > 0, reward, -np.inf).argmax(axis=1)
    return best


def _tokens(logs: Matrix, seen: Matrix, learned: NDArray[np.bool_]) -> Matrix:
    """Expected tokens, shape ``(T, K)``: on average as many as were seen where it was learned."""
    typical = np.exp(logs)
    tokens: Matrix = typical * (seen[learned].mean(axis=0) / typical[learned].mean(axis=0))
    return tokens


_SHARE = {"share": Option(0.2, least=0.001, most=1.0)}
_RIDGE = "Hoerl and Kennard, Ridge Regression: Biased Estimation for Nonorthogonal Problems, 1970"

YARDSTICKS: Mapping[str, Entry[Choose]] = {
    "best-single": Entry(
        "the model of the largest mean reward in hindsight; where it is unable, the next",
        "",
        _best_single,
    ),
    "oracle": Entry("the best realised reward at each request, of equals the cheaper", "", _oracle),
    "strongest": Entry(
        "the model of the largest mean quality in hindsight, whatever it costs", "", _strongest
    ),
    "cheapest-single": Entry("the model of the least mean cost in hindsight", "", _cheapest_single),
    "ridge-full": Entry(
        "the best prediction of ridge regression on every model's answer to other prompts",
        _RIDGE,
        _ridge_full,
    ),
    "ridge-offline": Entry(
        "a static router: ridge regression on every model's answer to a share of the prompts",
        _RIDGE,
        _ridge_offline,
        _SHARE,
    ),
    "knn-offline": Entry(
        "a static router: the mean of the k nearest of a share of the prompts",
        "Hu, Bieker, Li et al., RouterBench: A Benchmark for Multi-LLM Routing System, 2024",
        _knn_offline,
        _SHARE
        | {
            "k": Option(50, least=1),
            "metric": Option("euclidean", words=("euclidean", "cosine")),
        },
    ),
}
"""Every yardstick by its name."""
