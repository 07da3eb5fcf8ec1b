"""What linear observations add to a Gaussian, each to what those before it leave to be expected."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import get_lapack_funcs
from scipy.linalg.blas import dgemm, dtrsm, dtrsv

from bandit.arrays import Matrix, Vector

(_cholesky,) = get_lapack_funcs(("potrf",), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Innovations:
    """Observations that are foreseen, and not taken in yet.

    With ``h C h' + noise = L L'``, where ``C`` is the covariance, they are ``L⁻¹ (y - h mean)``:
    independent, and normal if the Gaussian is right.

    Source: Kailath, An Innovations Approach to Least-Squares Estimation, part I, 1968.
    """

    values: Vector
    """Shape ``(m,)``, each in deviations of what was to be expected by then."""

    deviations: Vector
    """Those deviations, shape ``(m,)``: the diagonal of ``L``."""

    gain: Matrix
    """``L⁻¹ h C``, shape ``(m, n)``: what the mean moves by for each."""

    @classmethod
    def of(cls, covariance: Matrix, h: Matrix, noise: Vector, residual: Vector) -> "Innovations":
        """Foresee observations.

        Args:
            covariance: Shape ``(n, n)``.
            h: What is observed of the Gaussian's mean, shape ``(m, n)``.
            noise: Variances, shape ``(m,)``.
            residual: What was observed, less what the mean says, shape ``(m,)``.

        Raises:
            numpy.linalg.LinAlgError: The covariance is none.
        """
        crossed = h @ covariance
        seen: Matrix = crossed @ h.T
        seen.flat[:: len(noise) + 1] += noise
        factor, failed = _cholesky(seen, lower=1)
        if failed:
            raise np.linalg.LinAlgError("the covariance is none")
        gain = dtrsm(1.0, factor, crossed.T, side=1, lower=1, trans_a=1, overwrite_b=1).T
        return cls(dtrsv(factor, residual, lower=1), factor.diagonal(), gain)

    def take_in(self, mean: Vector, covariance: Matrix) -> tuple[Vector, Matrix]:
        """Mean ``(n,)`` and covariance ``(n, n)`` after them; the covariance is overwritten."""
        narrower = dgemm(
            -1.0, self.gain.T, self.gain.T, beta=1.0, c=covariance.T, trans_b=1, overwrite_c=1
        )
        return mean + self.values @ self.gain, narrower.T
