"""Thompson sampling on the joint posterior: the policy Pointsman exists for."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from bandit import codec
from bandit.arrays import Vector
from bandit.calibration import Pairs, count_pairs
from bandit.change import Surprise
from bandit.decision import Choice, Decision, Preference, Rating
from bandit.empirical_bayes import EmpiricalBayes
from bandit.errors import CannotUnlearn, StateError
from bandit.evidence import Evidence
from bandit.foreseen import Foreseen
from bandit.posterior import Posterior
from bandit.propensity import win_probabilities, with_floor
from bandit.saved import SavedPosterior
from bandit.schedule import Schedule
from bandit.steps import Steps, finish

_SETTLED = 0.25
"""What is left of exploration once a model is known."""

_SETTLING = 60.0
"""Exploration of one of K models falls by a factor of e towards what is left over 60 K ratings that
it stood by for, or over 60 / K of its own, whichever comes later: it has to be known too."""

_AT_ONCE = 32
"""Ratings that are learned from together, at most."""


class SavedThompson(msgspec.Struct, frozen=True):
    """What a `Thompson` has learned, as data; how it chooses is configuration."""

    posterior: SavedPosterior
    source_noise: dict[str, float]
    schedule: Schedule
    offered: dict[str, int]
    surprises: dict[str, Surprise]
    restarted: dict[str, int]
    dropped: dict[str, int]
    pairs: dict[str, Pairs]


class Thompson:
    """Draws a quality for each candidate from the posterior and takes the best draw for its price.

    ``q_k ~ N(m_k, (v_k * s_k)^2)`` independently; the model with the largest
    ``q_k - cost_weight * cost_k - latency_weight * latency_k`` is chosen; with probability
    ``floor`` one is chosen uniformly instead. ``s_k`` leaves out the uncertainty that all
    candidates share, since it cannot change their order.

    ``v_k = exploration * (1/4 + 3/4 * exp(-min(n_k / K, K m_k) / 60))`` where ``n_k`` counts
    the ratings of decisions at which model ``k``, one of ``K``, could have been chosen, and
    ``m_k`` those of its own answers: what is new is explored most, and what has stood by for
    long much less, unless a few bad answers were all that was ever seen of it. Where one model's
    ratings surprise too often in one direction it has changed; it starts again from its prior, as
    a new one would, and what its ratings taught about the difficulty of prompts is kept.
    Corrections surprise nobody.

    Where a source and the reference rated the same, what the source says is learned to be a
    straight line of quality, anew whenever the noises are; all it ever said is read by that line.

    Source: Agrawal and Goyal, Thompson Sampling for Contextual Bandits with Linear Payoffs, 2013.
    """

    def __init__(
        self,
        posterior: Posterior,
        exploration: float = 0.8,
        floor: float = 0.0,
        source_noise: dict[str, float] | None = None,
        *,
        calibrated: bool = True,
    ) -> None:
        """A policy over a posterior, which it owns from now on.

        Args:
            posterior: What is believed; its models are those that can be chosen.
            exploration: Factor on the posterior's deviations of a new model; zero is greedy.
            floor: Share of choices made uniformly.
            source_noise: Variance each feedback source is believed to have before it is learned.
            calibrated: Whether sources are read by the reference's scale, or each by its own.
        """
        self.posterior = posterior
        self.exploration = exploration
        self.floor = floor
        self.calibrated = calibrated
        self.pairs: dict[str, Pairs] = {}
        self._source_noise = source_noise or {}
        self._bayes = EmpiricalBayes(posterior.prior)
        self._schedule = Schedule()
        self._offered = dict.fromkeys(posterior.models, 0)
        self._surprises = {model: Surprise() for model in posterior.models}
        self._restarted: dict[str, int] = {}
        self._dropped: dict[str, int] = {}
        """Sources whose comparisons were lost when a model started again, and when."""

        posterior.noise = self._source_noise | posterior.noise

    def decide(self, choice: Choice, rng: np.random.Generator) -> Decision:
        """Choose by one draw; the propensities are those of this very rule."""
        belief = self.posterior.at(choice.context, choice.candidates)
        floor = self.floor if choice.explore else 0.0
        spread, sampled = np.zeros(len(belief.mean)), belief.mean
        if choice.explore:
            spread = self._factors(choice.candidates) * belief.own_std
            sampled = belief.mean + spread * rng.standard_normal(len(spread))
        penalty = choice.penalty()
        chosen = int(np.argmax(sampled - penalty))
        if floor and rng.random() < floor:
            chosen = int(rng.integers(len(spread)))
        return Decision(
            candidates=choice.candidates,
            chosen=chosen,
            propensities=with_floor(win_probabilities(belief.mean - penalty, spread), floor),
            quality_mean=belief.mean,
            quality_std=belief.std,
            sampled_quality=sampled,
            utility=sampled - penalty,
            cost_usd=choice.cost_usd,
        )

    def learn(self, rating: Rating) -> None:
        """Move the posterior by one rating; at intervals learn its scales and noises anew."""
        self.learn_all([rating])

    def learn_all(self, ratings: Sequence[Rating]) -> None:
        """Learn from ratings in their order; quicker than one by one, and to the same end."""
        finish(self.learn_in_steps(ratings))

    def learn_in_steps(self, ratings: Sequence[Rating]) -> Steps[None]:
        """Learn as `learn_all` does; between two steps only where the scales are learned anew."""
        taken = 0
        while taken < len(ratings):
            most = min(_AT_ONCE, self._schedule.left)
            taken += yield from self._learn_some(ratings[taken : taken + most])

    def unlearn(self, rating: Rating) -> None:
        """Take one rating back.

        Raises:
            CannotUnlearn: The model has started again since, and nothing is left to take.
        """
        count_pairs(self.pairs, rating.pairs, -1.0)
        if rating.seq <= self._restarted.get(rating.model, -1):
            raise CannotUnlearn("restarted")
        self._count([rating], -1)
        self.posterior.retract(_evidence(rating))

    def learn_preference(self, preference: Preference) -> None:
        """Move the posterior by one comparison; it surprises nobody."""
        evidence = _comparison(preference)
        if evidence.source not in self._source_noise:
            self._source_noise[evidence.source] = 2.0 * self.posterior.noise_of(preference.source)
            self.posterior.noise[evidence.source] = self._source_noise[evidence.source]
        self._count([preference], 1)
        finish(self._take_in(self.posterior.foresee([evidence])))

    def unlearn_preference(self, preference: Preference) -> None:
        """Take one comparison back.

        Raises:
            CannotUnlearn: A model has started again since, and the comparison went with it.
        """
        evidence = _comparison(preference)
        if preference.seq <= self._dropped.get(evidence.source, -1):
            raise CannotUnlearn("restarted")
        self._count([preference], -1)
        self.posterior.retract(evidence)

    def to_bytes(self) -> bytes:
        """The posterior's sums and scales, and what tells how well each model is known."""
        saved = SavedPosterior.of(self.posterior)
        return codec.dump(
            SavedThompson(
                posterior=saved,
                source_noise=self._source_noise,
                schedule=self._schedule,
                offered=self._offered,
                surprises=self._surprises,
                restarted=self._restarted,
                dropped=self._dropped,
                pairs=self.pairs,
            )
        )

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
        if saved.posterior.caution != self.posterior.caution:
            raise StateError("the saved posterior is of another caution", "replay the log")
        if not saved.offered.keys() == saved.surprises.keys() == self._offered.keys():
            raise StateError("the saved counts are of other models", "replay the log")
        self.posterior = saved.posterior.restore()
        self._source_noise = saved.source_noise | self._source_noise
        self.posterior.noise = self._source_noise | self.posterior.noise
        self._schedule = saved.schedule
        self._offered, self._surprises = saved.offered, saved.surprises
        self._restarted, self._dropped = saved.restarted, saved.dropped
        self.pairs = saved.pairs

    def restarted(self) -> dict[str, int]:
        """The models that have changed and are still explored as new ones are.

        Each with the place in the log of the rating that told. It lasts for as many ratings as
        exploration settles over.
        """
        settled = _SETTLING * len(self._offered)
        return {
            model: seq for model, seq in self._restarted.items() if self._offered[model] < settled
        }

    def _factors(self, models: Sequence[str]) -> Vector:
        """What each model's deviation is multiplied with, ``v_k``, shape ``(K,)``."""
        offered = np.array([self._offered[model] for model in models], dtype=np.float64)
        count = len(self._offered)
        known = np.minimum(offered / count, self.posterior.ratings_of(models) * count)
        factors: Vector = _SETTLED + (1.0 - _SETTLED) * np.exp(-known / _SETTLING)
        return self.exploration * factors

    def _learn_some(self, ratings: Sequence[Rating]) -> Steps[int]:
        """Learn from ratings up to the first that tells that its model has changed.

        Returns:
            How many that were.
        """
        evidence = [_evidence(rating) for rating in ratings]
        foreseen = self.posterior.foresee(evidence)
        calm = self._calm(ratings, foreseen.surprises().tolist())
        for rating in ratings[: calm + 1]:
            count_pairs(self.pairs, rating.pairs, 1.0)
        self._count(ratings[:calm], 1)
        if calm == len(ratings):
            yield from self._take_in(foreseen)
            return calm
        if calm:
            yield from self._take_in(self.posterior.foresee(evidence[:calm]))
        self._restart(ratings[calm])
        return calm + 1

    def _calm(self, ratings: Sequence[Rating], surprises: Sequence[float]) -> int:
        """How many come before the first that tells that its model has changed."""
        for k, (rating, surprise) in enumerate(zip(ratings, surprises, strict=True)):
            if not rating.corrects and self._surprises[rating.model].alarms(surprise):
                return k
        return len(ratings)

    def _take_in(self, foreseen: Foreseen) -> Steps[None]:
        self.posterior.take_in(foreseen)
        if self._schedule.due_after(len(foreseen.noise)):
            self._calibrate()
            yield from self._bayes.fit_in_steps(self.posterior, self._source_noise)

    def _calibrate(self) -> None:
        """Said of sources from now on; decides once the scales are learned, which factorises."""
        if self.calibrated:
            self.posterior.calibration = {
                source: pairs.line().calibration() for source, pairs in self.pairs.items()
            }

    def _count(self, said: Iterable[Rating | Preference], times: int) -> None:
        for candidates, count in Counter(one.candidates or (one.model,) for one in said).items():
            for model in self._offered.keys() & candidates:
                self._offered[model] += times * count

    def _restart(self, rating: Rating) -> None:
        lost = self.posterior.restart_model(rating.model)
        self._dropped.update(dict.fromkeys(lost, rating.seq))
        self._offered[rating.model] = 0
        self._restarted[rating.model] = rating.seq


def _evidence(rating: Rating) -> Evidence:
    return Evidence.of_rating(
        rating.context, rating.model, rating.quality, rating.source, rating.weight
    )


def _comparison(preference: Preference) -> Evidence:
    """Kept apart from the source's ratings: comparisons are noisier."""
    return Evidence.of_preference(
        preference.context,
        preference.model,
        preference.against,
        preference.difference,
        f"{preference.source} preference",
        weight=preference.weight,
    )
