"""Choices that learn nothing: one model always, by weight, or any."""

from collections.abc import Mapping

import numpy as np

from bandit.arrays import Vector
from bandit.decision import Choice, Decision, certainly
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
        """Choose one candidate by weight; without exploring, see `least_charged`."""
        weights = np.array([self.weights.get(model, 0.0) for model in choice.candidates])
        if not weights.any():
            weights = np.ones(len(weights))
        if not choice.explore:
            chosen = least_charged(choice, weights)
            return unlearned(choice, chosen, certainly(chosen, choice))
        propensities = weights / weights.sum()
        return unlearned(choice, int(rng.choice(len(weights), p=propensities)), propensities)


def least_charged(choice: Choice, weights: Vector | None = None) -> int:
    """The candidate with the least surcharge; of equals the one of most weight, or the first.

    What a policy that believes nothing stays with where it must not explore. Candidates without
    weight are out; ``weights`` has shape ``(K,)``, and None weighs all alike.
    """
    weights = np.ones(len(choice.candidates)) if weights is None else weights
    charged = np.where(weights > 0.0, choice.surcharge, np.inf)
    return int(np.argmax(np.where(charged == charged.min(), weights, -1.0)))


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
