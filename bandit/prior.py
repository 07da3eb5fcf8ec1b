"""What is believed of the models before any feedback: alike until shown to differ."""

from dataclasses import dataclass

import numpy as np

from bandit.arrays import Matrix, Vector


@dataclass(frozen=True, slots=True)
class Prior:
    """Variances of a joint Gaussian over all models' weights.

    Each feature's weight is a sum of one shared by all models (what makes a prompt hard) and one
    of each model's own (what makes models differ), so over the models of one feature the
    covariance is ``shared * 11' + own * I``: the intrinsic coregionalisation model with one
    shared factor. Features are independent; the intercept has variances of its own.

    Source: Alvarez, Rosasco and Lawrence, Kernels for Vector-Valued Functions, 2012, section 4.2.
    """

    shared_intercept: float = 0.02
    """Variance of the quality all models have in common."""

    own_intercept: float = 0.02
    """Variance of each model's own mean quality."""

    shared_weight: float = 0.0004
    """Variance of each context weight all models have in common."""

    own_weight: float = 0.00008
    """Variance of each model's own part of each context weight."""

    def precision(self, models: int, size: int) -> Matrix:
        """Inverse covariance, shape ``(models * size,) * 2``, model-major, intercept first.

        By the Sherman-Morrison formula, feature by feature.
        """
        shared, own = self.variances(size)
        common = shared / (own * (own + models * shared))
        blocks = np.full((models, models), -1.0)[:, :, None] * common
        blocks += np.eye(models)[:, :, None] / own
        wide = np.zeros((models, size, models, size))
        features = np.arange(size)
        wide[:, features, :, features] = blocks.transpose(2, 0, 1)
        return wide.reshape(models * size, models * size)

    def covariance(self, models: int, size: int) -> Matrix:
        """Covariance, shape ``(models * size,) * 2``; the inverse of `precision`."""
        shared, own = self.variances(size)
        between = np.kron(np.ones((models, models)), np.diag(shared))
        return between + np.kron(np.eye(models), np.diag(own))

    def log_determinant(self, models: int, size: int) -> float:
        """Logarithm of the determinant of the covariance."""
        shared, own = self.variances(size)
        return float(((models - 1) * np.log(own) + np.log(own + models * shared)).sum())

    def variances(self, size: int) -> tuple[Vector, Vector]:
        """Of each feature's shared weight, and of a model's own, both of shape ``(size,)``."""
        shared = np.full(size, self.shared_weight)
        own = np.full(size, self.own_weight)
        shared[0], own[0] = self.shared_intercept, self.own_intercept
        return shared, own
