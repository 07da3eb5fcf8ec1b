"""What a rating counts for, where some answers are likelier to be rated than others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bandit.arrays import Matrix, Vector
from feedback.logistic import Logistic

_LEAST_SCALE = 0.5
"""Of a feature. Contexts are of unit scale already, and what hardly varies is not blown up."""

_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Answers:
    """What answers were about and whose they were; the same place in each is of the same one."""

    contexts: Matrix
    """Shape ``(n, d)``."""

    models: Sequence[str]

    def __len__(self) -> int:
        """How many answers."""
        return len(self.models)


@dataclass(frozen=True, slots=True)
class Chances:
    """The probability that an answer is rated, given its context and the model.

    A logistic regression on the context, each feature by its own scale, and on an indicator for
    each model; a model that was never seen is taken for one that is rated as often as most.
    """

    models: tuple[str, ...]
    centre: Vector
    """Shape ``(d,)``."""

    scale: Vector
    """Shape ``(d,)``."""

    regression: Logistic

    @classmethod
    def fitted(cls, answers: Answers, rated: NDArray[np.bool_]) -> Self:
        """What is likeliest after some answers, shape ``(n,)``, were rated and the others not."""
        models = tuple(sorted(set(answers.models)))
        centre = answers.contexts.mean(axis=0)
        scale = np.maximum(answers.contexts.std(axis=0), _LEAST_SCALE)
        features = _features(answers, models, centre, scale)
        return cls(models, centre, scale, Logistic.fitted(features, rated))

    def of(self, answers: Answers) -> Vector:
        """The probability for each answer, shape ``(n,)``."""
        return self.regression.of(_features(answers, self.models, self.centre, self.scale))

    def of_all(self, contexts: Matrix, model: str) -> float:
        """The mean probability, had the model answered everything, of shape ``(n, d)``."""
        return float(self.of(Answers(contexts, [model] * len(contexts))).mean())


@dataclass(frozen=True, slots=True)
class Weights:
    """How many ratings one counts for.

    ``clip(level · P(rated | model) / P(rated | x, model), 1 / most, most)``, where the numerator is
    the mean over all contexts. Were all answers of a model rated as these say, each part of the
    traffic would count for as much as it is large: inverse probability weights, stabilised by what
    beliefs are conditional on anyhow. Without the model in the numerator, one that is rarely rated
    would count for more and so seem better known than it is. The level is about one, such that the
    ratings that this was learned from count for one on average, after clipping: weights move
    evidence, they make none.

    What they correct is selection by the context and the model, known or learned well enough.
    Where people rate by how good the answer was, and the context does not tell, no weight by
    context can know: then ratings stay as biased as they are.

    Sources: Rosenbaum and Rubin, The Central Role of the Propensity Score, 1983; Robins, Hernán
    and Brumback, Marginal Structural Models, 2000, for stabilising; Ionides, Truncated Importance
    Sampling, 2008, for clipping.
    """

    chances: Chances
    by_model: Mapping[str, float]
    """``P(rated | model)``."""

    of_others: float
    """The same of a model that was never seen."""

    level: float
    most: float

    @classmethod
    def fitted(cls, answers: Answers, rated: NDArray[np.bool_], most: float) -> Self:
        """What is learned of answers, some rated and some not.

        Args:
            answers: All that could have been rated.
            rated: Which of them were, shape ``(n,)``; one at least.
            most: How many ratings one may count for; above one.
        """
        chances = Chances.fitted(answers, rated)
        by_model = {model: chances.of_all(answers.contexts, model) for model in chances.models}
        of_others = chances.of_all(answers.contexts, "")
        plain = cls(chances, by_model, of_others, 1.0, most)
        return replace(plain, level=_level(plain.unlikeliness(answers)[rated], most))

    def of(self, answers: Answers) -> Vector:
        """How many ratings one of each answer counts for, shape ``(n,)``."""
        return _clipped(self.level * self.unlikeliness(answers), self.most)

    def unlikeliness(self, answers: Answers) -> Vector:
        """How often a model is rated, over how likely each of its answers is, shape ``(n,)``."""
        often = np.array([self.by_model.get(model, self.of_others) for model in answers.models])
        return often / self.chances.of(answers)


def _features(answers: Answers, models: Sequence[str], centre: Vector, scale: Vector) -> Matrix:
    is_of = np.asarray(answers.models)[:, None] == np.asarray(models)
    return np.hstack(((answers.contexts - centre) / scale, is_of.astype(np.float64)))


def _clipped(weights: Vector, most: float) -> Vector:
    return np.clip(weights, 1.0 / most, most)


def _level(unlikeliness: Vector, most: float) -> float:
    """By what to multiply ratings' weights, so that they are one on average: by bisection."""
    low, high = -np.log(unlikeliness.max() * most), np.log(most / unlikeliness.min())
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        if _clipped(np.exp(middle) * unlikeliness, most).mean() < 1.0:
            low = middle
        else:
            high = middle
    return float(np.exp((low + high) / 2.0))
