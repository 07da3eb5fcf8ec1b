"""Optimism: the model that may be best is chosen until it is known not to be."""

from collections.abc import Mapping

import numpy as np

from bandit.decision import Choice, Decision, certainly
from bandit.policies.disjoint import Disjoint


class LinUcb(Disjoint):
    """Takes the largest ``m_k + alpha * s_k``, less what the candidate costs.

    ``m_k`` and ``s_k`` are mean and width of the model's own ridge regression of quality, so a
    change of prices or of the dial is felt at once. The choice is certain: given what was
    learned, its propensity is 1, and the first of equals is taken.

    The paper's bound asks for ``alpha = 1 + sqrt(ln(2 / delta) / 2)``, which is above 2 for any
    useful ``delta``; the default, 0.1, is what ParetoBandit's LinUCB was tuned to on judged
    prompts, with the paper's ridge of 1.

    Source: Li, Chu, Langford and Schapire, A Contextual-Bandit Approach to Personalized News
    Article Recommendation, 2010, algorithm 1.
    """

    def __init__(
        self,
        prior_quality: Mapping[str, float],
        size: int,
        alpha: float = 0.1,
        ridge: float = 1.0,
        half_life: float | None = None,
    ) -> None:
        """A policy that has learned nothing; for all but ``alpha`` see `Disjoint`."""
        super().__init__(prior_quality, size, ridge, half_life)
        self.alpha = alpha

    def decide(self, choice: Choice, rng: np.random.Generator) -> Decision:
        """Choose the candidate with the best bound; what is called a draw is that bound."""
        del rng
        mean, width = self.ridges.at(choice.context, choice.candidates)
        bound = mean + self.alpha * width if choice.explore else mean
        utility = bound - choice.penalty()
        chosen = int(np.argmax(utility))
        return Decision(
            candidates=choice.candidates,
            chosen=chosen,
            propensities=certainly(chosen, choice),
            quality_mean=mean,
            quality_std=self.alpha * width,
            sampled_quality=bound,
            utility=utility,
            cost_usd=choice.cost_usd,
        )
