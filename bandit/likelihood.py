"""How likely all observations are under some scales, from the sums a posterior keeps of them.

``-1/2 [sum n_s log(2 pi v_s) + r - b' A^-1 b + log|A| - log|A_0|]`` with precision
``A = A_0 + sum hh_s / v_s``, and ``b`` and ``r`` the sums about the prior mean.

Source: Bishop, Pattern Recognition and Machine Learning, 2006, equation 3.86.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.linalg import LinAlgError, get_lapack_funcs

from bandit.arrays import Matrix, Vector
from bandit.observed import Observed
from bandit.posterior import Posterior
from bandit.scales import Scales

_factor, _solve = get_lapack_funcs(("potrf", "potrs"), dtype=np.float64)
"""As they are: what SciPy wraps them in takes longer than they do."""


class Likelihood(Protocol):
    """The marginal likelihood of a posterior's observations."""

    def log_evidence(self, scales: Scales) -> float:
        """Logarithm of it under these scales.

        Raises:
            numpy.linalg.LinAlgError: These scales leave no positive definite precision.
        """
        ...


def likelihood(posterior: Posterior, sources: Iterable[str]) -> Likelihood:
    """Of what these sources observed, in the cheapest form that holds for it."""
    observed = {source: Observed.of(posterior, source) for source in sources}
    if posterior.inherited.hh.any() or any(seen.ties_models() for seen in observed.values()):
        return Joint(posterior, observed)
    return ModelByModel(posterior, observed)


class Joint:
    """The likelihood as it stands, of all weights at once; for observations of any kind."""

    def __init__(self, posterior: Posterior, observed: Mapping[str, Observed]) -> None:
        self._shape = len(posterior.models), posterior.size
        inherited = posterior.inherited
        self._hh = inherited.hh
        self._hy = inherited.hy - inherited.hh @ posterior.prior_mean()
        self._observed = observed

    def log_evidence(self, scales: Scales) -> float:
        """Logarithm of it under these scales."""
        precision = scales.prior.precision(*self._shape) + self._hh
        shift, constant = self._hy.copy(), 0.0
        for source, noise in scales.noise.items():
            seen = self._observed[source]
            precision += seen.hh / noise
            shift += seen.hy / noise
            constant += seen.constant(noise)
        fit, determinant = _solved(precision, shift)
        determinant += scales.prior.log_determinant(*self._shape)
        return 0.5 * (fit - determinant - constant)


@dataclass(frozen=True, slots=True)
class Told:
    """What one model's observations say of the shared weights, its own integrated out."""

    precision: Matrix
    """Shape ``(d, d)``."""

    shift: Vector
    """Shape ``(d,)``."""

    log_evidence: float
    """Where the shared weights are at the prior mean."""


class ModelByModel:
    """The likelihood where no observation ties two models together.

    Then models have nothing in common but the shared weights. Each one's own weights are
    integrated out by themselves, in ``d`` dimensions and not ``K d``; what that leaves stands
    until a scale that it depends on moves.
    """

    def __init__(self, posterior: Posterior, observed: Mapping[str, Observed]) -> None:
        self._size = posterior.size
        self._models: list[dict[str, Observed]] = [{} for _ in posterior.models]
        for source, seen in observed.items():
            for model, own in zip(self._models, seen.of_each(), strict=True):
                if own is not None:
                    model[source] = own
        self._told: dict[tuple[float, ...], Told] = {}

    def log_evidence(self, scales: Scales) -> float:
        """Logarithm of it under these scales."""
        shared, _ = scales.prior.variances(self._size)
        precision, shift, evidence = np.diag(1.0 / shared), np.zeros(self._size), 0.0
        for model in range(len(self._models)):
            told = self._told_by(model, scales)
            precision += told.precision
            shift += told.shift
            evidence += told.log_evidence
        fit, determinant = _solved(precision, shift)
        return evidence + 0.5 * (fit - determinant - float(np.log(shared).sum()))

    def _told_by(self, model: int, scales: Scales) -> Told:
        noise = {source: scales.noise[source] for source in self._models[model]}
        key = (model, scales.prior.own_intercept, scales.prior.own_weight, *noise.values())
        if key not in self._told:
            _, own = scales.prior.variances(self._size)
            self._told[key] = _told(self._models[model], noise, own)
        return self._told[key]


def _told(observed: Mapping[str, Observed], noise: Mapping[str, float], own: Vector) -> Told:
    """Integrate a model's own weights out.

    Of ``A = D + sum hh_s / v_s`` and ``b = sum hy_s / v_s``, with ``D = diag(1 / own)``, that
    leaves the precision ``D - D A^-1 D`` and the shift ``D A^-1 b``.

    Source: Bishop, Pattern Recognition and Machine Learning, 2006, equation 2.91.
    """
    before, shift, constant = np.diag(1.0 / own), np.zeros(len(own)), 0.0
    precision = before.copy()
    for source, seen in observed.items():
        precision += seen.hh / noise[source]
        shift += seen.hy / noise[source]
        constant += seen.constant(noise[source])
    factor, determinant = _factored(precision)
    both, _ = _solve(factor, np.column_stack((before, shift)), lower=1)
    determinant += float(np.log(own).sum())
    return Told(
        precision=before - both[:, :-1] / own[:, None],
        shift=both[:, -1] / own,
        log_evidence=0.5 * (float(shift @ both[:, -1]) - determinant - constant),
    )


def _solved(precision: Matrix, shift: Vector) -> tuple[float, float]:
    """``shift' precision^-1 shift``, and the logarithm of the precision's determinant."""
    factor, determinant = _factored(precision)
    solved, _ = _solve(factor, shift, lower=1)
    return float(shift @ solved), determinant


def _factored(precision: Matrix) -> tuple[Matrix, float]:
    """The lower Cholesky factor, and the logarithm of the determinant.

    Raises:
        numpy.linalg.LinAlgError: The matrix is not positive definite.
    """
    factor, failed = _factor(precision, lower=1, clean=1)
    if failed:
        raise LinAlgError("the precision is not positive definite")
    return factor, 2.0 * float(np.log(factor.diagonal()).sum())
