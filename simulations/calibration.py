"""Whether a policy knows how much it knows."""

import numpy as np

from bandit.arrays import Matrix
from simulations.run import Run

_Z_90 = 1.6448536269514722
"""The 95 % quantile of the standard normal distribution."""


def told_by(contexts: Matrix, expected_quality: Matrix) -> Matrix:
    """What contexts tell of expected quality: its best linear prediction, shape ``(T, K)``.

    A made world's expected quality also depends on what its contexts do not show, which nobody can
    believe anything of. Least squares over the second half, where `coverage_90` looks, without the
    luck of answers, so that the prediction's own error is small: a fiftieth of a point at most.

    Args:
        contexts: Shape ``(T, d)``.
        expected_quality: Shape ``(T, K)``.
    """
    late = slice(len(contexts) // 2, None)
    weights = np.linalg.lstsq(contexts[late], expected_quality[late], rcond=None)[0]
    told: Matrix = contexts @ weights
    return told


def coverage_90(done: Run, truth: Matrix) -> float | None:
    """How often the 90 % interval of a policy's belief holds a model's mean quality.

    The share of ``|mean - truth| <= 1.645 std`` over all pairs of a request of the second half and
    a model that was able then, chosen or not: what is believed of models that are not chosen is
    what exploration goes by.

    Args:
        done: Has the beliefs; not a number where unable.
        truth: Mean quality of each model in each context, shape ``(T, K)``. Where only a
            regression's prediction is to be had for it, that errs too, and in part as the policy
            does, which saw some of the same answers.

    Returns:
        None where the policy believes nothing: without means, or without any deviation.
    """
    late = slice(len(truth) // 2, None)
    mean, std = done.quality_mean[late], done.quality_std[late]
    believed = np.isfinite(mean) & np.isfinite(std)
    if not (std[believed] > 0).any():
        return None
    held = abs(mean - truth[late]) <= _Z_90 * std
    return float(held[believed].mean())
