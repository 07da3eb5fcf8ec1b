"""Disjoint ridge regressions against their closed form."""

import numpy as np
import pytest

from bandit.arrays import Matrix, Vector
from bandit.ridge import Ridges

PRIORS = {"small": 0.4, "large": 0.8}
SIZE = 4


def ratings(count: int) -> tuple[Matrix, Vector]:
    rng = np.random.default_rng(1)
    contexts = np.column_stack([np.ones(count), rng.standard_normal((count, SIZE - 1))])
    return contexts, rng.uniform(0.0, 1.0, count)


def taught(count: int, ridge: float = 2.0) -> Ridges:
    ridges = Ridges(PRIORS, SIZE, ridge)
    for context, quality in zip(*ratings(count), strict=True):
        ridges.add("large", context, quality, 1.0)
    return ridges


def test_mean_and_width_are_those_of_ridge_regression() -> None:
    (x, y), asked = ratings(30), np.array([1.0, 0.5, -1.0, 2.0])

    mean, width = taught(30).at(asked, ["large"])

    precision = 2.0 * np.eye(SIZE) + x.T @ x
    expected = 0.8 + asked @ np.linalg.solve(precision, x.T @ (y - 0.8))
    assert mean[0] == pytest.approx(expected)
    assert width[0] == pytest.approx(np.sqrt(asked @ np.linalg.solve(precision, asked)))


def test_models_know_nothing_of_each_other() -> None:
    mean, width = taught(30, ridge=4.0).at(np.ones(SIZE), ["small"])

    assert mean[0] == 0.4
    assert width[0] == pytest.approx(1.0)


def test_models_are_told_of_in_the_order_they_are_asked_for() -> None:
    there = taught(9).at(np.ones(SIZE), ["small", "large"])
    back = taught(9).at(np.ones(SIZE), ["large", "small"])

    np.testing.assert_array_equal(there[0], back[0][::-1])
    np.testing.assert_array_equal(there[1], back[1][::-1])


def test_a_rating_taken_back_was_never_there() -> None:
    ridges, extra = taught(20), np.array([1.0, 3.0, -3.0, 0.1])

    ridges.add("large", extra, 0.0, 1.0)
    ridges.add("large", extra, 0.0, -1.0)

    np.testing.assert_allclose(
        ridges.at(extra, ["large"]), taught(20).at(extra, ["large"]), atol=1e-12
    )


def test_ratings_age_and_the_ridge_does_not() -> None:
    ridges, (x, y) = taught(30), ratings(30)

    ridges.age(0.25)

    precision = 2.0 * np.eye(SIZE) + 0.25 * x.T @ x
    weights = np.linalg.solve(precision, 0.25 * x.T @ (y - 0.8))
    mean, _ = ridges.at(np.ones(SIZE), ["large"])
    assert mean[0] == pytest.approx(0.8 + weights.sum())


def test_all_forgotten_it_is_as_at_first() -> None:
    ridges = taught(30)

    ridges.age(0.0)

    untaught = Ridges(PRIORS, SIZE, 2.0).at(np.ones(SIZE), ["small", "large"])
    np.testing.assert_allclose(ridges.at(np.ones(SIZE), ["small", "large"]), untaught)
