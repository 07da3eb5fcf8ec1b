"""Choices that learn nothing: one model always, by weight, or any."""

from collections.abc import Mapping

import numpy as np

from bandit.arrays import Vector
from bandit.decision import Choice, Decision
from bandit.policies.unlearned import Unlearned


class Weighted(Unlearned):
    """Chooses each candidate with a probability in proportion to its weight.

    One weight is the policy `fixed`, no weights at all the policy `random`. Where no candidate
    has a weight, all are equally likely.

    >>> from bandit.objective import Objective
    >>> offer = Choice(np.ones(1), ("a", "b"), np.zeros(2), np.zeros(2), Objective())
    >>> Weighted({"a": 3, "b": 1}).decide(offer, np.random.default_rng(0)).propensities.tolist()
    [0.75, 0.25]
    """

    def __init__(self, weights: Mapping[str, float] | None = None) -> None:
        """``weights`` are not negative, and need not sum to one."""
        self.weights = dict(weights or {})

    def decide(self, choice: Choice, rng: np.random.Generator) -> Decision:
        """Choose one candidate by weight."""
        weights = np.array([self.weights.get(model, 0.0) for model in choice.candidates])
        if not weights.any():
            weights = np.ones(len(weights))
        propensities = weights / weights.sum()
        return unlearned(choice, int(rng.choice(len(weights), p=propensities)), propensities)


def unlearned(choice: Choice, chosen: int, propensities: Vector) -> Decision:
    """The decision of a policy that believes nothing of any model's quality."""
    nothing = np.zeros(len(propensities))
    return Decision(
        candidates=choice.candidates,
        chosen=chosen,
        propensities=propensities,
        quality_mean=nothing,
        quality_std=nothing,
        sampled_quality=nothing,
        utility=-choice.penalty(),
        cost_usd=choice.cost_usd,
    )
