"""Thompson sampling on regressions that know nothing of each other."""

from collections.abc import Mapping

import numpy as np

from bandit.decision import Choice, Decision
from bandit.policies.disjoint import Disjoint
from bandit.propensity import win_probabilities


class LinTs(Disjoint):
    """Draws ``q_k ~ N(m_k, (scale * s_k)^2)`` and takes the best draw, less what it costs.

    ``m_k`` and ``s_k`` are mean and width of the model's own ridge regression of quality, so a
    change of prices or of the dial is felt at once. The propensities are exact.

    Source: Agrawal and Goyal, Thompson Sampling for Contextual Bandits with Linear Payoffs, 2013,
    algorithm 1, where ``scale`` is ``v``. The theorem wants ``v`` to grow with ``sqrt(d log t)``,
    which explores without end; the default makes a draw as wide as the bound of `LinUcb`.
    """

    def __init__(
        self,
        prior_quality: Mapping[str, float],
        size: int,
        scale: float = 0.1,
        ridge: float = 1.0,
        half_life: float | None = None,
    ) -> None:
        """A policy that has learned nothing; for all but ``scale`` see `Disjoint`."""
        super().__init__(prior_quality, size, ridge, half_life)
        self.scale = scale

    def decide(self, choice: Choice, rng: np.random.Generator) -> Decision:
        """Choose by one draw; the propensities are those of this very rule."""
        mean, width = self.ridges.at(choice.context, choice.candidates)
        std = self.scale * width if choice.explore else np.zeros(len(mean))
        sampled = mean + std * rng.standard_normal(len(mean))
        penalty = choice.penalty()
        return Decision(
            candidates=choice.candidates,
            chosen=int(np.argmax(sampled - penalty)),
            propensities=win_probabilities(mean - penalty, std),
            quality_mean=mean,
            quality_std=self.scale * width,
            sampled_quality=sampled,
            utility=sampled - penalty,
            cost_usd=choice.cost_usd,
        )
