"""Who rates answers, how many of them, how late, and how far from what they are worth."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bandit.arrays import Indices, Matrix
from bandit.errors import ConfigError
from simulations.environment import Environment, Rater


def noisy(rating: Matrix, std: float, rng: np.random.Generator) -> Matrix:
    """Ratings of any shape, off by Gaussian noise and clipped to ``[0, 1]``."""
    return np.clip(rating + std * rng.standard_normal(rating.shape), 0.0, 1.0)


def sparse(environment: Environment, rng: np.random.Generator, share: float) -> Environment:
    """Each request is rated with this probability, by all raters or by none."""
    heard = _drawn(environment, share, rng)
    return _each(environment, lambda rater: replace(rater, rated=rater.rated * heard))


def delayed(
    environment: Environment, rng: np.random.Generator, least: int, most: int
) -> Environment:
    """Each rating arrives from `least` to `most` requests later, all alike.

    Raises:
        ConfigError: The least delay is the larger.
    """
    if least > most:
        raise ConfigError(f"least={least} is more than most={most}", "swap them")

    def late(rater: Rater) -> Rater:
        more = rng.integers(least, most, len(environment), endpoint=True)
        return replace(rater, delay=rater.delay + more)

    return _each(environment, late)


def noisy_sparse_delayed(
    environment: Environment, rng: np.random.Generator, share: float, most: int, noise: float
) -> Environment:
    """Few ratings, up to `most` requests late, off by noise of this standard deviation."""
    few = sparse(delayed(environment, rng, 1, most), rng, share)
    return _each(few, lambda rater: replace(rater, rating=noisy(rater.rating, noise, rng)))


def two_raters(
    environment: Environment, rng: np.random.Generator, careful: float, careless: float
) -> Environment:
    """Each request is rated by one of two, drawn evenly; noise is given as deviations."""
    first = _drawn(environment, 0.5, rng)
    return replace(
        environment,
        raters=(
            _at_once("careful", first, noisy(environment.quality, careful, rng)),
            _at_once("careless", 1 - first, noisy(environment.quality, careless, rng)),
        ),
    )


def biased_judge(
    environment: Environment,
    rng: np.random.Generator,
    *,
    bias: float,
    scale: float,
    noise: float,
    share: float,
) -> Environment:
    """A judge rates every answer too well, and people rate a share of them as they are.

    The judge says ``clip(scale·q + bias + noise·(e + u) / √2, 0, 1)`` with standard normal
    ``e``, one for each prompt, and ``u``, one for each answer: its errors about the answers to one
    prompt correlate at a half, and come again with the prompt.
    """
    quality = environment.quality
    of_prompt = rng.standard_normal(int(environment.rows.max()) + 1)[environment.rows]
    of_answer = rng.standard_normal(quality.shape)
    error = bias + noise * (of_prompt[:, None] + of_answer) / np.sqrt(2.0)
    every = np.ones(len(environment), dtype=np.intp)
    return replace(
        environment,
        raters=(
            _at_once("judge", every, np.clip(scale * quality + error, 0.0, 1.0)),
            _at_once("user", _drawn(environment, share, rng), quality),
        ),
    )


def preferences(
    environment: Environment, rng: np.random.Generator, share: float, noise: float
) -> Environment:
    """At this share of requests another model answers too, and somebody says which is better.

    Who is asked besides is drawn evenly. What is compared is quality with noise of this standard
    deviation; nobody says how good an answer is.
    """
    rater = _at_once(
        "user", _drawn(environment, share, rng), noisy(environment.quality, noise, rng)
    )
    beside = rng.integers(1, len(environment.models), len(environment))
    return replace(environment, raters=(replace(rater, beside=beside),))


def hostile(environment: Environment, rng: np.random.Generator, share: float) -> Environment:
    """This share of requests is rated by somebody who says the opposite, ``1 - q``."""
    against = _drawn(environment, share, rng)[:, None] > 0

    def turned(rater: Rater) -> Rater:
        return replace(rater, rating=np.where(against, 1.0 - rater.rating, rater.rating))

    return _each(environment, turned)


def _each(environment: Environment, change: Callable[[Rater], Rater]) -> Environment:
    return replace(environment, raters=tuple(change(rater) for rater in environment.raters))


def _at_once(source: str, rated: Indices, rating: Matrix) -> Rater:
    return Rater(source, rated, np.zeros_like(rated), rating)


def _drawn(environment: Environment, share: float, rng: np.random.Generator) -> Indices:
    """Requests, each drawn with this probability, shape ``(T,)``, zero or one."""
    return (rng.random(len(environment)) < share).astype(np.intp)
