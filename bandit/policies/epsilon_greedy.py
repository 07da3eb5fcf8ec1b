"""Greed, and now and then a choice at random."""

from bandit.policies.thompson import Thompson
from bandit.posterior import Posterior


class EpsilonGreedy(Thompson):
    """Takes the best posterior mean for its price; with probability ``epsilon`` any candidate.

    It is Thompson sampling without the draw, over the same joint posterior of quality, which
    learns and is kept in the same way; so a change of prices or of the dial is felt at once. With
    ``epsilon`` zero it is greedy, and takes the first of equals.

    Source: Sutton and Barto, Reinforcement Learning, 2nd edition, 2018, section 2.2. Greedy:
    Bastani, Bayati and Khosravi, Mostly Exploration-Free Algorithms for Contextual Bandits, 2021.
    """

    def __init__(
        self,
        posterior: Posterior,
        epsilon: float = 0.05,
        source_noise: dict[str, float] | None = None,
    ) -> None:
        """A policy over a posterior, which it owns from now on.

        Args:
            posterior: What is believed; its models are those that can be chosen.
            epsilon: Share of choices made uniformly.
            source_noise: Variance each feedback source is believed to have before it is learned.
        """
        super().__init__(posterior, 0.0, epsilon, source_noise)
