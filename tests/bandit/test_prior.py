"""The prior's algebra is that of its covariance."""

import numpy as np
import pytest

from bandit.prior import Prior

shapes = pytest.mark.parametrize(("models", "size"), [(1, 1), (1, 4), (3, 1), (4, 5)])


@shapes
def test_the_precision_is_the_inverse_of_the_covariance(models: int, size: int) -> None:
    precision, covariance = Prior().precision(models, size), Prior().covariance(models, size)

    np.testing.assert_allclose(precision @ covariance, np.eye(models * size), atol=1e-10)


@shapes
def test_the_log_determinant_is_that_of_the_covariance(models: int, size: int) -> None:
    _, expected = np.linalg.slogdet(Prior().covariance(models, size))

    assert Prior().log_determinant(models, size) == pytest.approx(expected)


def test_models_share_what_is_shared_and_nothing_else() -> None:
    prior = Prior(shared_intercept=1.0, own_intercept=2.0, shared_weight=3.0, own_weight=4.0)

    assert prior.covariance(2, 2).tolist() == [
        [3.0, 0.0, 1.0, 0.0],
        [0.0, 7.0, 0.0, 3.0],
        [1.0, 0.0, 3.0, 0.0],
        [0.0, 3.0, 0.0, 7.0],
    ]


def test_of_fewer_models_the_prior_is_the_marginal_of_more() -> None:
    more, fewer = Prior().covariance(4, 3), Prior().covariance(2, 3)

    np.testing.assert_array_equal(more[:6, :6], fewer)


def test_no_models_have_an_empty_prior() -> None:
    assert Prior().precision(0, 3).shape == (0, 0)
