"""A posterior as plain data and back, checked on the way in."""

import msgspec
import numpy as np

from bandit.calibration import Calibration
from bandit.codec import Packed
from bandit.errors import StateError
from bandit.moments import Moments
from bandit.posterior import Posterior
from bandit.prior import Prior


class SavedMoments(msgspec.Struct, frozen=True):
    """`Moments` as data."""

    hh: Packed
    hy: Packed
    yy: Packed
    count: Packed

    @classmethod
    def of(cls, moments: Moments) -> "SavedMoments":
        """The sums, made ready."""
        return cls(*(Packed.of(a) for a in (moments.hh, moments.hy, moments.yy, moments.count)))

    def restore(self, models: int, size: int) -> Moments:
        """The sums again.

        Raises:
            StateError: They are not of this many models and dimensions.
        """
        n = models * size
        shapes = self.hh.shape, self.hy.shape, self.yy.shape, self.count.shape
        if shapes != ((n, n), (n,), (models,), (models,)):
            raise StateError("saved sums have another shape than their posterior", "replay the log")
        return Moments(self.hh.array(), self.hy.array(), self.yy.array(), self.count.array())


class SavedPosterior(msgspec.Struct, frozen=True):
    """A `Posterior` as data: the sums, not the cache that is computed from them."""

    size: int
    prior: Prior
    default_noise: float
    caution: float
    noise: dict[str, float]
    calibration: dict[str, Calibration]
    prior_quality: dict[str, float]
    moments: dict[str, SavedMoments]
    inherited: SavedMoments

    @classmethod
    def of(cls, posterior: Posterior) -> "SavedPosterior":
        """The posterior, made ready."""
        return cls(
            size=posterior.size,
            prior=posterior.prior,
            default_noise=posterior.default_noise,
            caution=posterior.caution,
            noise=dict(posterior.noise),
            calibration=dict(posterior.calibration),
            prior_quality=dict(posterior.prior_quality),
            moments={name: SavedMoments.of(sums) for name, sums in posterior.moments.items()},
            inherited=SavedMoments.of(posterior.inherited),
        )

    def restore(self) -> Posterior:
        """The posterior again.

        Raises:
            StateError: The state cannot be a posterior's.
        """
        posterior = Posterior(self.size, self.prior, self.default_noise, self.caution)
        posterior.noise = dict(self.noise)
        posterior.calibration = dict(self.calibration)
        posterior.prior_quality = dict(self.prior_quality)
        posterior.index = {model: k for k, model in enumerate(self.prior_quality)}
        shape = len(posterior.index), self.size
        posterior.moments = {name: sums.restore(*shape) for name, sums in self.moments.items()}
        posterior.inherited = self.inherited.restore(*shape)
        try:
            posterior.refactor()
        except np.linalg.LinAlgError as error:
            raise StateError("a saved posterior has no covariance", "replay the log") from error
        return posterior
