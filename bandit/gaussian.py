"""Gaussians in information form: from precision and shift to mean and covariance."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve, get_lapack_funcs
from scipy.linalg.blas import dger

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
    covariance: Matrix, h: Vector, noise: float, weight: float = 1.0
) -> tuple[Vector, Matrix]:
    """What a linear observation does to a Gaussian.

    Args:
        covariance: Shape ``(n, n)``; overwritten.
        h: What is observed of the mean, shape ``(n,)``.
        noise: Its variance.
        weight: How often it counts; a negative weight takes it back.

    Returns:
        The gain, shape ``(n,)``, that the mean moves by for what was observed less what it said;
        and the covariance afterwards.

    Source: Sherman's and Morrison's identity; Golub and Van Loan, Matrix Computations, 4th edition,
    2013, section 2.1.4.
    """
    column = covariance @ h
    gain = weight * column / (noise + weight * (h @ column))
    return gain, dger(-1.0, gain, column, a=covariance.T, overwrite_a=1).T


def marginalise(precision: Matrix, shift: Vector, keep: Indices) -> tuple[Matrix, Vector]:
    """Precision and shift of some coordinates of a Gaussian, the others integrated out.

    Source: Bishop, Pattern Recognition and Machine Learning, 2006, equation 2.91.
    """
    drop = np.setdiff1d(np.arange(len(shift)), keep)
    across = precision[np.ix_(keep, drop)]
    factor = cho_factor(precision[np.ix_(drop, drop)], lower=True)
    kept = precision[np.ix_(keep, keep)] - across @ cho_solve(factor, across.T)
    return (kept + kept.T) / 2.0, shift[keep] - across @ cho_solve(factor, shift[drop])
