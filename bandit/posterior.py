"""The belief about every model's quality, given context: one Gaussian over all their weights."""

import copy
from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from bandit.arrays import Indices, Matrix, Vector
from bandit.belief import Belief
from bandit.calibration import IDENTITY, Calibration
from bandit.evidence import Evidence
from bandit.foreseen import Foreseen
from bandit.gaussian import condition, invert, marginalise
from bandit.innovations import Innovations
from bandit.moments import Moments
from bandit.observations import Observations
from bandit.prior import Prior

REFACTOR_EVERY = 256
"""Moves of the covariance between two fresh factorisations."""

_AT_ONCE = 32
"""Observations that are taken in together: more are no quicker."""


class Posterior:
    """Gaussian over the weights ``W``, shape ``(K, d)``, of all models at once.

    Kept in information form: precision and shift are sums over the evidence, so evidence can
    come in any order and be taken back. Mean and covariance are a cache of them, moved by
    rank-one updates and factored afresh at intervals.

    >>> belief = Posterior(2, Prior())
    >>> belief.add_model("small", 0.5)
    >>> rating = Evidence.of_rating(np.array([1.0, 0.3]), "small", 0.9, "user")
    >>> belief.observe(rating)
    >>> bool(belief.at(rating.context, ["small"]).mean[0] > 0.5)
    True
    >>> belief.retract(rating)
    >>> belief.at(rating.context, ["small"]).mean.round(9).tolist()
    [0.5]

    Source: Bishop, Pattern Recognition and Machine Learning, 2006, equations 3.50 and 3.51; caution
    is the inverse of the learning rate of Grünwald and van Ommen, Inconsistency of Bayesian
    Inference for Misspecified Linear Models, and a Proposal for Repairing It, 2017.
    """

    def __init__(
        self, size: int, prior: Prior, default_noise: float = 0.06, caution: float = 1.0
    ) -> None:
        """A belief about no models yet.

        Args:
            size: Length ``d`` of a context.
            prior: What is believed before any evidence.
            default_noise: Variance of a source whose noise is not given in `noise`.
            caution: Times the noise that an observation is counted with: above 1 for contexts and
                weights that tell less than a linear model believes they do.
        """
        self.size = size
        self.prior = prior
        self.default_noise = default_noise
        self.caution = caution
        self.noise: dict[str, float] = {}
        self.calibration: dict[str, Calibration] = {}
        self.index: dict[str, int] = {}
        self.prior_quality: dict[str, float] = {}
        self.moments: dict[str, Moments] = {}
        self.inherited = Moments.empty(0, size)
        self._weights: Matrix
        self._covariance: Matrix
        self._moves: int
        self.refactor()

    @property
    def models(self) -> tuple[str, ...]:
        """The models believed something of, in the order of axis ``K``."""
        return tuple(self.index)

    # Models

    def add_model(self, model: str, prior_quality: float) -> None:
        """Take a model in; it starts from its prior quality and the difficulty already known."""
        self.index[model] = len(self.index)
        self.prior_quality[model] = prior_quality
        for moments in self._all_moments():
            moments.grow(self.size)
        self.refactor()

    def remove_model(self, model: str) -> tuple[str, ...]:
        """Forget a model, and nothing of what its ratings taught about the others.

        The others' marginal stays what it was: what the model's evidence said about shared
        difficulty is kept as information inherited from it, which cannot be taken back any more.
        So is all from a source that compared it with others: its sums do not come apart.

        Returns:
            Those sources.
        """
        models, weights = self._without(model)
        precision, shift = marginalise(*self._total(), weights)
        del self.index[model], self.prior_quality[model]
        self.index = {name: k for k, name in enumerate(self.index)}
        tied = tuple(source for source, sums in self.moments.items() if sums.tied(weights))
        for source in tied:
            self.moments[source].scale(0.0)
        for moments in self._all_moments():
            moments.keep(models, weights)
        self.inherited = Moments.empty(len(self.index), self.size)
        believed, moved = self._total()
        self.inherited.hh, self.inherited.hy = precision - believed, shift - moved
        self.refactor()
        return tied

    def restart_model(self, model: str) -> tuple[str, ...]:
        """Believe of a model what is believed of a new one; see `remove_model` for what is kept."""
        prior_quality = self.prior_quality[model]
        tied = self.remove_model(model)
        self.add_model(model, prior_quality)
        return tied

    # Evidence

    def observe(self, evidence: Evidence) -> None:
        """Take one observation in."""
        self.take_in(self.foresee([evidence]))

    def observe_all(self, evidence: Sequence[Evidence]) -> None:
        """Take many observations in; quicker than one by one."""
        for first in range(0, len(evidence), _AT_ONCE):
            self.take_in(self.foresee(evidence[first : first + _AT_ONCE]))

    def foresee(self, evidence: Sequence[Evidence]) -> Foreseen:
        """Hold observations, whose weights are not negative, against what is believed."""
        seen = Observations.of(evidence, self.index)
        slope, offset, noise = self._read_by(seen)
        root = np.sqrt(seen.weights)
        h = (root * slope)[:, None] * seen.h()
        residual = root * (seen.values - offset) - h @ self.mean()
        innovations = Innovations.of(self._covariance, h, self.caution * noise, residual)
        return Foreseen(seen, innovations, noise, self.caution)

    def take_in(self, foreseen: Foreseen) -> None:
        """Take in what was foreseen since anything else was taken in or back."""
        self._count(foreseen.observations)
        if self._is_worn():
            self.refactor()
            return
        mean, self._covariance = foreseen.innovations.take_in(self.mean(), self._covariance)
        self._weights = mean.reshape(self._weights.shape)
        self._moves += 1

    def retract(self, evidence: Evidence) -> None:
        """Take back an observation that was made."""
        seen = Observations.of([replace(evidence, weight=-evidence.weight)], self.index)
        self._count(seen)
        if self._is_worn():
            self.refactor()
            return
        source = evidence.source
        calibration, noise = self.calibration_of(source), self.counted_noise_of(source)
        h = calibration.slope * seen.h()[0]
        residual = evidence.value - calibration.offset - h @ self.mean()
        gain, self._covariance = condition(self._covariance, h, noise, -evidence.weight)
        self._weights += (residual * gain).reshape(self._weights.shape)
        self._moves += 1

    def forget(self, keep: float) -> None:
        """Let all evidence so far count for ``keep`` of what it did: back towards the prior."""
        for moments in self._all_moments():
            moments.scale(keep)
        self.refactor()

    # Belief

    def at(self, context: Vector, models: Sequence[str]) -> Belief:
        """Mean and deviation of these models' quality in a context of shape ``(d,)``."""
        rows = [self.index[model] for model in models]
        covariance = self._covariance_at(context)
        if rows != list(range(len(self.index))):
            covariance = covariance[rows][:, rows]
        return Belief.of((self._weights @ context)[rows], covariance)

    def mean_at(self, context: Vector, models: Sequence[str]) -> Vector:
        """Mean of these models' quality in a context, shape ``(K,)``; cheaper than `at`."""
        mean: Vector = (self._weights @ context)[[self.index[model] for model in models]]
        return mean

    def mean(self) -> Vector:
        """Mean of the weights, shape ``(n,)``, model-major."""
        return self._weights.ravel()

    def covariance(self) -> Matrix:
        """Covariance of the weights, shape ``(n, n)``, model-major."""
        return self._covariance

    def prior_mean(self) -> Vector:
        """The weights believed before any evidence, shape ``(n,)``."""
        mean = np.zeros((len(self.index), self.size))
        mean[:, 0] = list(self.prior_quality.values())
        return mean.ravel()

    def prior_precision(self) -> Matrix:
        """Inverse covariance before any evidence, shape ``(n, n)``."""
        return self.prior.precision(len(self.index), self.size)

    def noise_of(self, source: str) -> float:
        """Variance of one of the source's observations."""
        noise = self.noise.get(source, self.default_noise)
        return max(noise, self.calibration_of(source).least_noise)

    def counted_noise_of(self, source: str) -> float:
        """Variance that the source's observations are counted with."""
        return self.caution * self.noise_of(source)

    def calibration_of(self, source: str) -> Calibration:
        """How what the source says stands to quality."""
        return self.calibration.get(source, IDENTITY)

    def calibrated(self, source: str) -> Moments:
        """The sums over a source's observations, as they tell of quality."""
        calibration, moments = self.calibration_of(source), self.moments[source]
        return moments if calibration == IDENTITY else moments.calibrated(calibration)

    def ratings_of(self, models: Sequence[str]) -> Vector:
        """How many observations there are of models, shape ``(K,)``; half of each comparison."""
        count = np.zeros(len(self.index))
        for moments in self.moments.values():
            count += moments.count
        return np.maximum(count[[self.index[model] for model in models]], 0.0)

    def information(self) -> tuple[Matrix, Vector]:
        """Evidence's part of precision and shift: sums of ``h h' / noise`` and ``h y / noise``.

        The noise is the counted one.
        """
        precision, shift = self.inherited.hh.copy(), self.inherited.hy.copy()
        for source in self.moments:
            moments = self.calibrated(source)
            precision += moments.hh / self.counted_noise_of(source)
            shift += moments.hy / self.counted_noise_of(source)
        return precision, shift

    def copy(self) -> "Posterior":
        """The same belief, sharing nothing that changes."""
        return copy.deepcopy(self)

    def refactor(self) -> None:
        """Compute mean and covariance from the information; after prior or noise changed."""
        mean, self._covariance = invert(*self._total())
        self._weights = mean.reshape(-1, self.size)
        self._moves = 0

    def _all_moments(self) -> tuple[Moments, ...]:
        return (*self.moments.values(), self.inherited)

    def _total(self) -> tuple[Matrix, Vector]:
        precision, shift = self.information()
        before = self.prior_precision()
        return before + precision, before @ self.prior_mean() + shift

    def _without(self, model: str) -> tuple[Indices, Indices]:
        models = np.array([k for name, k in self.index.items() if name != model], dtype=np.intp)
        weights = models[:, None] * self.size + np.arange(self.size)
        return models, weights.ravel()

    def _covariance_at(self, context: Vector) -> Matrix:
        """Covariance of the models' qualities in a context, shape ``(K, K)``."""
        count = len(self.index)
        half = self._covariance.reshape(-1, self.size) @ context
        crossed: Matrix = context @ half.reshape(count, self.size, count)
        return crossed

    def _count(self, seen: Observations) -> None:
        for source, some in seen.by_source().items():
            self._moments_of(source).add(some)

    def _moments_of(self, source: str) -> Moments:
        moments = self.moments.get(source)
        if moments is None:
            moments = self.moments[source] = Moments.empty(len(self.index), self.size)
        return moments

    def _is_worn(self) -> bool:
        """Whether mean and covariance have moved so often that they are to be computed anew."""
        return self._moves >= REFACTOR_EVERY

    def _read_by(self, seen: Observations) -> tuple[Vector, Vector, Vector]:
        """Slopes, offsets and noises of sources, each of shape ``(m,)``."""
        read = {}
        for source in set(seen.sources):
            calibration = self.calibration_of(source)
            read[source] = calibration.slope, calibration.offset, self.noise_of(source)
        slope, offset, noise = np.array([read[source] for source in seen.sources]).T
        return slope, offset, noise
