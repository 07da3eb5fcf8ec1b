"""A made world: models with competences in skills, and contexts that tell of the skills needed."""

from dataclasses import dataclass
from typing import cast

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from bandit.arrays import Matrix, Vector
from simulations.environment import TYPICAL_TOKENS

CONTEXT_SIZE = 33
"""Length ``d`` of a context, of the order of a service's."""

_SPECIALITY = 1.0
"""Concentration of the Dirichlet that mixtures of skills are from: most prompts need one or two."""

_CLARITY = 0.5
"""Share of a context's variance that tells of the skills a prompt needs."""

_WORST, _BEST = 0.5, 0.85
"""Mean quality of the models, about."""

_WIDEST = 100.0
"""The largest spread of competence that is tried, in log odds; all of them are zero or one then."""

_LUCK = 0.3
"""Share of the difference in quality that does not follow the price."""

_CHEAPEST_USD, _TIMES_DEARER = 1e-4, 100.0
"""Dollars of a typical answer, from the cheapest model to the dearest."""

_LENGTH_STD = 0.4
"""Deviation of log tokens: of what the prompt tells of it, and of what it does not."""


@dataclass(frozen=True, slots=True)
class World:
    """``K`` models and ``S`` skills; a prompt is a mixture of skills ``u``, shape ``(S,)``.

    With standard normal ``e`` and ``ε``, expected quality is ``C u``, a context is
    ``[1, √½·A u + √½·e]``, clipped at three, and an answer has ``300·exp(0.4·(l·u + ε - 0.4))``
    tokens. ``l`` and each row of ``A`` have mean zero over the skills, and such a scale that their
    product with ``u`` has unit variance over the prompts.
    """

    competence: Matrix
    """``C``, in ``[0, 1]``, shape ``(K, S)``."""

    image: Matrix
    """``A``, shape ``(d - 1, S)``."""

    length: Vector
    """``l``, shape ``(S,)``."""

    usd_per_token: Vector
    """Shape ``(K,)``; the cheapest model first."""

    def mixtures(self, requests: int, rng: np.random.Generator) -> Matrix:
        """What prompts need, shape ``(T, S)``; rows add up to one."""
        skills = len(self.length)
        return rng.dirichlet(np.full(skills, _SPECIALITY / skills), requests)

    def contexts(self, mixtures: Matrix, rng: np.random.Generator) -> Matrix:
        """What can be seen of prompts, shape ``(T, d)``, in the precision that a log keeps."""
        told = mixtures @ self.image.T
        hidden = rng.standard_normal(told.shape)
        seen = np.clip(np.sqrt(_CLARITY) * told + np.sqrt(1 - _CLARITY) * hidden, -3.0, 3.0)
        ones = np.ones((len(seen), 1))
        return np.hstack([ones, seen]).astype(np.float32).astype(np.float64)

    def tokens(self, mixtures: Matrix, rng: np.random.Generator) -> Matrix:
        """Tokens of every model's answers, shape ``(T, K)``."""
        own = rng.standard_normal((len(mixtures), len(self.competence)))
        log_scale = (mixtures @ self.length)[:, None] + own
        tokens: Matrix = TYPICAL_TOKENS * np.exp(_LENGTH_STD * (log_scale - _LENGTH_STD))
        return tokens


def make_world(
    skills: int, models: int, informative: float, concentration: float, rng: np.random.Generator
) -> World:
    """A world.

    Args:
        skills: How many, ``S``.
        models: How many, ``K``.
        informative: Share of the variance of each model's quality that mixtures explain.
        concentration: Of the Beta that the quality of an answer is drawn from.
        rng: Draws the world.
    """
    rank = np.linspace(0.0, 1.0, models)
    merit = (1 - _LUCK) * rank + _LUCK * rng.random(models)
    mean = _WORST + (_BEST - _WORST) * merit
    common, own = rng.standard_normal(skills), rng.standard_normal((models, skills))
    ease = _standard(common + own)
    return World(
        np.array(
            [_competence(*of, informative, concentration) for of in zip(mean, ease, strict=True)]
        ),
        np.sqrt(_SPECIALITY + 1) * _standard(rng.standard_normal((CONTEXT_SIZE - 1, skills))),
        np.sqrt(_SPECIALITY + 1) * _standard(rng.standard_normal(skills)),
        _CHEAPEST_USD * _TIMES_DEARER**rank / TYPICAL_TOKENS,
    )


def explained(competence: Vector, concentration: float) -> float:
    """Share of the variance of a model's quality that mixtures explain.

    ``V / (V + (m(1 - m) - V) / (c + 1))``: the variance of ``C u`` over the prompts is
    ``V = var(C_k) / (s + 1)``, and a Beta of mean ``q`` has the variance ``q(1 - q) / (c + 1)``.

    Args:
        competence: Of one model, shape ``(S,)``.
        concentration: Of the Beta, ``c``; zero where answers are right or wrong.

    Source: Kotz, Balakrishnan and Johnson, Continuous Multivariate Distributions, 2000, ch. 49.
    """
    mean, told = competence.mean(), competence.var() / (_SPECIALITY + 1)
    return float(told / (told + (mean * (1 - mean) - told) / (concentration + 1)))


def _competence(mean: float, ease: Vector, informative: float, concentration: float) -> Vector:
    """``expit(logit(mean) + b·ease)``, with the ``b`` that explains as much as is asked."""
    level = np.log(mean / (1 - mean))

    def excess(spread: float) -> float:
        return explained(expit(level + spread * ease), concentration) - informative

    return cast("Vector", expit(level + brentq(excess, 0.0, _WIDEST) * ease))


def _standard(values: Matrix) -> Matrix:
    """The same with mean zero and unit variance over the last axis."""
    centred = values - values.mean(axis=-1, keepdims=True)
    scaled: Matrix = centred / centred.std(axis=-1, keepdims=True)
    return scaled
