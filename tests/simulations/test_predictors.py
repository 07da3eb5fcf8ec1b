"""Ridge and nearest neighbours, against their definitions."""

import numpy as np
import pytest

from bandit.arrays import Matrix, Vector
from simulations.predictors import nearest, ridge


def noisy_lines(count: int, noise: float = 0.5) -> tuple[Matrix, Matrix]:
    rng = np.random.default_rng(3)
    x = np.column_stack([np.ones(count), rng.standard_normal((count, 4))])
    lines = np.array([[0.3, 0.6], [0.2, 0.0], [-0.1, 0.0], [0.0, 0.05], [0.1, 0.0]])
    return x, x @ lines + noise * rng.standard_normal((count, 2))


def test_ridge_is_ridge_with_the_penalty_of_the_least_generalised_cross_validation() -> None:
    x, y = noisy_lines(40)
    others = np.random.default_rng(4).standard_normal((7, 5))

    predicted = ridge(x, y, others)

    for target in range(2):
        tried = [by_definition(x, y[:, target], others, p) for p in np.geomspace(1e-5, 1e2, 29)]
        best = min(tried, key=lambda one: one[0])
        np.testing.assert_allclose(predicted[:, target], best[1], atol=1e-9)


def test_ridge_finds_lines_without_noise() -> None:
    x, y = noisy_lines(200, noise=0.0)

    np.testing.assert_allclose(ridge(x[:150], y[:150], x[150:]), y[150:], atol=1e-4)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6])
def test_few_observations_are_not_interpolated(count: int) -> None:
    x, y = noisy_lines(count)
    others, _ = noisy_lines(50)

    predicted = ridge(x, y, others)

    assert np.isfinite(predicted).all()
    assert abs(predicted - y.mean(axis=0)).max() < 2.0


def test_the_nearest_is_the_nearest() -> None:
    known = np.array([[1.0, 0.0, 1.0], [1.0, 4.0, 4.0], [1.0, -2.0, 0.0]])
    others = np.array([[1.0, 1.0, 1.0], [1.0, 0.2, 4.0]])
    targets = np.array([[0.1], [0.2], [0.3]])

    assert nearest(1, "euclidean")(known, targets, others).ravel().tolist() == [0.1, 0.1]
    assert nearest(1, "cosine")(known, targets, others).ravel().tolist() == [0.2, 0.1]


def test_as_many_as_are_asked_for_are_averaged_or_all_there_are() -> None:
    known, targets = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 9.0]]), np.array([[0.0], [0.5], [1.0]])
    asked = np.array([[1.0, 0.1]])

    assert nearest(2, "euclidean")(known, targets, asked).tolist() == [[0.25]]
    assert nearest(50, "euclidean")(known, targets, asked).tolist() == [[0.5]]


def by_definition(x: Matrix, y: Vector, others: Matrix, penalty: float) -> tuple[float, Vector]:
    """Score and predictions by hat matrix, no shortcut."""
    centre, count = x.mean(axis=0), len(x)
    spread = x - centre
    solve = np.linalg.solve(spread.T @ spread + count * penalty * np.eye(x.shape[1]), spread.T)
    hat = spread @ solve + 1.0 / count
    score = ((y - hat @ y) ** 2).sum() / (1.0 - np.trace(hat) / count) ** 2
    return score, y.mean() + (others - centre) @ (solve @ y)
