"""Thompson sampling that counts good and bad answers, whatever was asked."""

from collections.abc import Mapping

import msgspec
import numpy as np

from bandit import codec
from bandit.beta import Beta, best_probabilities
from bandit.codec import Packed
from bandit.decision import Choice, Decision, Rating, certainly
from bandit.errors import StateError

_FIRMEST = 0.9


class SavedBeta(msgspec.Struct, frozen=True):
    """What a `BetaThompson` has learned, as data."""

    prior_quality: dict[str, float]
    counts: Packed
    """Sums of quality and of what is missing to 1, shape ``(K, 2)``."""


class BetaThompson:
    """Draws each candidate's mean quality from a Beta and takes the best draw for its price.

    A rating ``q`` counts as ``q`` of a good answer and ``1 - q`` of a bad one. The context is not
    looked at. What is learned is quality, so a change of prices or of the dial is felt at once.
    The belief before any rating is the widest Beta with the model's prior quality as its mean
    whose density is bounded: uniform where that is 0.5.

    Source: Chapelle and Li, An Empirical Evaluation of Thompson Sampling, 2011, algorithm 2;
    fractions in place of the coin toss of Agrawal and Goyal, Analysis of Thompson Sampling for
    the Multi-armed Bandit Problem, 2012, algorithm 2.
    """

    def __init__(self, prior_quality: Mapping[str, float]) -> None:
        """``prior_quality`` names the models, and what each is expected to do at first."""
        self.prior_quality = dict(prior_quality)
        self._counts = dict.fromkeys(prior_quality, (0.0, 0.0))
        self._beliefs = {model: self._believed(model) for model in prior_quality}

    def decide(self, choice: Choice, rng: np.random.Generator) -> Decision:
        """Choose by one draw; the propensities are those of this very rule."""
        beliefs = [self._beliefs[model] for model in choice.candidates]
        drawn = mean = np.array([belief.mean for belief in beliefs])
        if choice.explore:
            drawn = np.array([rng.beta(belief.good, belief.bad) for belief in beliefs])
        penalty = choice.penalty()
        chosen = int(np.argmax(drawn - penalty))
        return Decision(
            candidates=choice.candidates,
            chosen=chosen,
            propensities=best_probabilities(beliefs, penalty)
            if choice.explore
            else certainly(chosen, choice),
            quality_mean=mean,
            quality_std=np.array([belief.std for belief in beliefs]),
            sampled_quality=drawn,
            utility=drawn - penalty,
            cost_usd=choice.cost_usd,
        )

    def learn(self, rating: Rating) -> None:
        """Take a rating into account."""
        self._count(rating.model, rating.quality, rating.weight)

    def unlearn(self, rating: Rating) -> None:
        """Take one rating back."""
        self._count(rating.model, rating.quality, -rating.weight)

    def to_bytes(self) -> bytes:
        """The counts of all models."""
        counts = np.array(list(self._counts.values()))
        return codec.dump(SavedBeta(self.prior_quality, Packed.of(counts)))

    def restore(self, data: bytes) -> None:
        """Take up what `to_bytes` of a policy like this one gave.

        Raises:
            StateError: The bytes are no such thing; nothing has changed.
        """
        saved = codec.load(data, SavedBeta)
        counts = saved.counts.array()
        same = saved.prior_quality == self.prior_quality
        if not same or counts.shape != (len(self._counts), 2):
            raise StateError("the saved counts are of other models", "replay the log")
        self._counts = {
            model: (float(good), float(bad))
            for model, (good, bad) in zip(self.prior_quality, counts, strict=True)
        }
        self._beliefs = {model: self._believed(model) for model in self._counts}

    def _count(self, model: str, quality: float, times: float) -> None:
        good, bad = self._counts[model]
        self._counts[model] = good + times * quality, bad + times * (1.0 - quality)
        self._beliefs[model] = self._believed(model)

    def _believed(self, model: str) -> Beta:
        prior = min(max(self.prior_quality[model], 1.0 - _FIRMEST), _FIRMEST)
        weight = 1.0 / min(prior, 1.0 - prior)
        good, bad = self._counts[model]
        return Beta.of(weight * prior + good, weight * (1.0 - prior) + bad)
