"""What observations that come together say is what they say one after another."""

import numpy as np
import pytest

from bandit.gaussian import condition
from bandit.innovations import Innovations

SIZE, MANY = 5, 7


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def test_each_is_held_against_what_those_before_it_leave_to_be_expected(
    rng: np.random.Generator,
) -> None:
    root = rng.normal(size=(SIZE, SIZE))
    mean, covariance = rng.normal(size=SIZE), root @ root.T
    h, y, noise = rng.normal(size=(MANY, SIZE)), rng.normal(size=MANY), rng.uniform(0.1, 2.0, MANY)

    together = Innovations.of(covariance, h, noise, y - h @ mean)
    after = together.take_in(mean, covariance.copy())

    for k in range(MANY):
        deviation = np.sqrt(h[k] @ covariance @ h[k] + noise[k])
        off = y[k] - h[k] @ mean
        assert together.values[k] == pytest.approx(off / deviation)
        assert together.deviations[k] == pytest.approx(deviation)
        gain, covariance = condition(covariance, h[k], noise[k])
        mean = mean + off * gain
    np.testing.assert_allclose(after[0], mean, atol=1e-9)
    np.testing.assert_allclose(after[1], covariance, atol=1e-9)


def test_what_is_no_covariance_is_refused() -> None:
    none, h = -np.eye(SIZE), np.eye(MANY, SIZE)

    with pytest.raises(np.linalg.LinAlgError):
        Innovations.of(none, h, np.full(MANY, 0.5), np.zeros(MANY))
