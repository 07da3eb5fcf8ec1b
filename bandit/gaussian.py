"""Gaussians in information form: from precision and shift to mean and covariance."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve, get_lapack_funcs
from scipy.linalg.blas import dgemm, dger

from bandit.arrays import Indices, Matrix, Vector


def invert(precision: Matrix, shift: Vector) -> tuple[Vector, Matrix]:
    """Mean ``(n,)`` and covariance ``(n, n)`` of the Gaussian with this precision and shift.

    Raises:
        numpy.linalg.LinAlgError: The precision is not positive definite.
    """
    if not len(shift):
        return shift, precision
    factor, lower = cho_factor(precision, lower=True)
    (potri,) = get_lapack_funcs(("potri",), (factor,))
    inverse, _ = potri(factor, lower=lower)
    covariance = np.tril(inverse) + np.tril(inverse, -1).T
    return cho_solve((factor, lower), shift), np.ascontiguousarray(covariance)


def condition(
    covariance: Matrix, h: Matrix, noise: Vector, weights: Vector
) -> tuple[Matrix, Matrix]:
    """What some linear observations do to a Gaussian.

    Args:
        covariance: Shape ``(n, n)``; overwritten.
        h: What is observed of the mean, shape ``(m, n)``.
        noise: Variances, shape ``(m,)``.
        weights: How often each observation counts, shape ``(m,)``; a negative weight takes it
            back.

    Returns:
        The gain, shape ``(m, n)``, by which the mean moves for each surprise; and the covariance
        afterwards.

    Source: Woodbury's identity; with one observation, Sherman's and Morrison's. Golub and Van
    Loan, Matrix Computations, 4th edition, 2013, section 2.1.4.
    """
    columns = covariance @ h.T
    weighted, seen = weights[:, None] * columns.T, weights[:, None] * (h @ columns)
    if len(noise) == 1:
        gain = weighted / (noise + seen)
        return gain, dger(-1.0, gain[0], columns[:, 0], a=covariance.T, overwrite_a=1).T
    gain = np.linalg.solve(np.diag(noise) + seen, weighted).astype(np.float64, copy=False)
    return gain, dgemm(
        -1.0, gain, columns, beta=1.0, c=covariance.T, trans_a=1, trans_b=1, overwrite_c=1
    ).T


def marginalise(precision: Matrix, shift: Vector, keep: Indices) -> tuple[Matrix, Vector]:
    """Precision and shift of some coordinates of a Gaussian, the others integrated out.

    Source: Bishop, Pattern Recognition and Machine Learning, 2006, equation 2.91.
    """
    drop = np.setdiff1d(np.arange(len(shift)), keep)
    across = precision[np.ix_(keep, drop)]
    factor = cho_factor(precision[np.ix_(drop, drop)], lower=True)
    kept = precision[np.ix_(keep, keep)] - across @ cho_solve(factor, across.T)
    return (kept + kept.T) / 2.0, shift[keep] - across @ cho_solve(factor, shift[drop])
