"""Expected size of something positive (output tokens, seconds), learned from what was seen."""

from collections.abc import Collection, Sequence
from copy import copy

import msgspec
import numpy as np

from bandit import codec
from bandit.arrays import Vector
from bandit.empirical_bayes import EmpiricalBayes
from bandit.evidence import Evidence
from bandit.posterior import Posterior
from bandit.prior import Prior
from bandit.saved import SavedPosterior
from bandit.schedule import Schedule
from bandit.steps import Steps, finish

_PRIOR = Prior(shared_intercept=1.0, own_intercept=0.3, shared_weight=0.03, own_weight=0.01)
_NOISE = 0.5
_WIDEST = 2.0
"""The largest residual variance believed when the mean is taken, log units squared."""

_LARGEST_LOG = 20.0


class SavedAmount(msgspec.Struct, frozen=True):
    """An `Amount` as data."""

    posterior: SavedPosterior
    schedule: Schedule
    typical: float


class Amount:
    """The posterior's regression, on ``log(1 + amount)``; each model has its own residual noise.

    ``E[amount] = exp(m + v / 2) - 1``, the mean of a log-normal with the residual variance ``v``.
    """

    def __init__(self, size: int, typical: float) -> None:
        """``size`` is the length of a context; ``typical`` the amount expected at first."""
        self.typical = typical
        self._posterior = Posterior(size, _PRIOR, _NOISE)
        self._schedule = Schedule()
        self._bayes = EmpiricalBayes(_PRIOR)

    def add_model(self, model: str) -> None:
        """Take a model in; it starts from what the others' answers were like."""
        self._posterior.add_model(model, float(np.log1p(self.typical)))

    def remove_model(self, model: str) -> None:
        """Forget a model."""
        self._posterior.remove_model(model)
        self._posterior.noise.pop(model, None)
        self._posterior.moments.pop(model, None)

    @property
    def models(self) -> tuple[str, ...]:
        """The models whose amounts are known."""
        return self._posterior.models

    def observe(self, seen: Collection[tuple[Vector, str, float]]) -> None:
        """Take in (context, model, amount) of some completed calls.

        What is learned depends on their order, and not on how many come at once.
        """
        finish(self.observe_in_steps(seen))

    def observe_in_steps(self, seen: Collection[tuple[Vector, str, float]]) -> Steps[None]:
        """Take in what `observe` does; between two steps only where the scales are learned anew."""
        evidence = [
            Evidence.of_rating(context, model, float(np.log1p(amount)), model)
            for context, model, amount in seen
        ]
        while evidence:
            now, evidence = evidence[: self._schedule.left], evidence[self._schedule.left :]
            self._posterior.observe_all(now)
            if self._schedule.due_after(len(now)):
                yield from self._bayes.fit_in_steps(self._posterior, {})

    def expected(self, context: Vector, models: Sequence[str]) -> Vector:
        """Expected amount of each model in a context of shape ``(d,)``, shape ``(K,)``.

        Nothing is expected of a model that is not known.
        """
        try:
            log_mean = self._posterior.mean_at(context, models)
        except KeyError:
            index = self._posterior.index
            each = [self.expected(context, [m])[0] if m in index else 0.0 for m in models]
            return np.array(each)
        log_mean += [self._half_residual(model) for model in models]
        amount: Vector = np.expm1(np.minimum(np.maximum(log_mean, 0.0), _LARGEST_LOG))
        return amount

    def _half_residual(self, model: str) -> float:
        return min(self._posterior.noise_of(model), _WIDEST) / 2.0

    def to_saved(self) -> SavedAmount:
        """Everything learned, as data."""
        return SavedAmount(SavedPosterior.of(self._posterior), copy(self._schedule), self.typical)

    @classmethod
    def from_saved(cls, saved: SavedAmount) -> "Amount":
        """What `to_saved` gave, again."""
        amount = cls(saved.posterior.size, saved.typical)
        amount._posterior = saved.posterior.restore()
        amount._schedule = copy(saved.schedule)
        return amount

    def to_bytes(self) -> bytes:
        """Everything learned, as bytes."""
        return codec.dump(self.to_saved())

    @classmethod
    def from_bytes(cls, data: bytes) -> "Amount":
        """What `to_bytes` gave, again.

        Raises:
            StateError: The bytes are no such thing.
        """
        return cls.from_saved(codec.load(data, SavedAmount))
