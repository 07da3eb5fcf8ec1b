"""Thompson sampling on the joint posterior: the policy Pointsman exists for."""

import msgspec
import numpy as np

from bandit import codec
from bandit.decision import Choice, Decision, Rating
from bandit.empirical_bayes import EmpiricalBayes
from bandit.errors import StateError
from bandit.evidence import Evidence
from bandit.posterior import Posterior
from bandit.propensity import win_probabilities, with_floor
from bandit.saved import SavedPosterior
from bandit.schedule import Schedule


class SavedThompson(msgspec.Struct, frozen=True):
    """What a `Thompson` has learned, as data; how it chooses is configuration."""

    posterior: SavedPosterior
    schedule: Schedule


class Thompson:
    """Draws a quality for each candidate from the posterior and takes the best draw for its price.

    ``q_k ~ N(m_k, (exploration * s_k)^2)`` independently; the model with the largest
    ``q_k - cost_weight * cost_k - latency_weight * latency_k`` is chosen; with probability
    ``floor`` one is chosen uniformly instead. ``s_k`` leaves out the uncertainty that all
    candidates share, since it cannot change their order.

    Source: Agrawal and Goyal, Thompson Sampling for Contextual Bandits with Linear Payoffs, 2013.
    """

    def __init__(
        self,
        posterior: Posterior,
        exploration: float = 0.4,
        floor: float = 0.0,
        source_noise: dict[str, float] | None = None,
    ) -> None:
        """A policy over a posterior, which it owns from now on.

        Args:
            posterior: What is believed; its models are those that can be chosen.
            exploration: Factor on the posterior's deviations; zero is greedy.
            floor: Share of choices made uniformly.
            source_noise: Variance each feedback source is believed to have before it is learned.
        """
        self.posterior = posterior
        self.exploration = exploration
        self.floor = floor
        self._source_noise = source_noise or {}
        self._bayes = EmpiricalBayes(posterior.prior)
        self._schedule = Schedule()
        posterior.noise = self._source_noise | posterior.noise

    def decide(self, choice: Choice, rng: np.random.Generator) -> Decision:
        """Choose by one draw; the propensities are those of this very rule."""
        belief = self.posterior.at(choice.context, choice.candidates)
        spread = self.exploration * belief.own_std
        sampled = belief.mean + spread * rng.standard_normal(len(spread))
        penalty = choice.penalty()
        chosen = int(np.argmax(sampled - penalty))
        if self.floor and rng.random() < self.floor:
            chosen = int(rng.integers(len(spread)))
        return Decision(
            candidates=choice.candidates,
            chosen=chosen,
            propensities=with_floor(win_probabilities(belief.mean - penalty, spread), self.floor),
            quality_mean=belief.mean,
            quality_std=belief.std,
            sampled_quality=sampled,
            utility=sampled - penalty,
            cost_usd=choice.cost_usd,
        )

    def learn(self, rating: Rating) -> None:
        """Move the posterior by one rating; at intervals learn its scales and noises anew."""
        self.posterior.observe(_evidence(rating))
        if self._schedule.due_after(1):
            self._bayes.fit(self.posterior, self._source_noise)

    def unlearn(self, rating: Rating) -> None:
        """Take one rating back."""
        self.posterior.retract(_evidence(rating))

    def to_bytes(self) -> bytes:
        """The posterior's sums and scales."""
        return codec.dump(SavedThompson(SavedPosterior.of(self.posterior), self._schedule))

    def restore(self, data: bytes) -> None:
        """Take up what `to_bytes` of a policy like this one gave.

        Raises:
            StateError: The bytes are no such thing; nothing has changed.
        """
        saved = codec.load(data, SavedThompson)
        if saved.posterior.prior_quality != self.posterior.prior_quality:
            raise StateError("the saved posterior is of other models", "replay the log")
        if saved.posterior.size != self.posterior.size:
            raise StateError("the saved posterior is of other contexts", "replay the log")
        self.posterior = saved.posterior.restore()
        self.posterior.noise = self._source_noise | self.posterior.noise
        self._schedule = saved.schedule


def _evidence(rating: Rating) -> Evidence:
    return Evidence.of_rating(rating.context, rating.model, rating.quality, rating.source)
