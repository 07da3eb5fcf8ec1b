"""Choices and ratings for the tests of policies."""

import numpy as np

from bandit.arrays import Vector
from bandit.decision import Choice, Rating
from bandit.objective import Objective

MODELS = ("small", "large")
PRIORS = {"small": 0.5, "large": 0.5}
COST_USD = np.array([0.0, 0.01])


def offer(context: Vector, cost_weight: float = 0.0) -> Choice:
    """Of two models, of which the large one costs a cent."""
    return Choice(context, MODELS, COST_USD, np.zeros(2), Objective(cost_weight))


def rating(model: str, quality: float, context: Vector) -> Rating:
    """By the user."""
    return Rating(context, model, quality, "user")
