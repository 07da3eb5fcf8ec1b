"""A rating counts for how unlikely it was, and what that can mend is mended."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit

from bandit.arrays import Vector
from feedback.selection import Answers, Weights

Flags = NDArray[np.bool_]


def answers(rng: np.random.Generator, n: int, size: int = 6) -> Answers:
    """Answers of three models to requests whose contexts begin with a bias."""
    contexts = np.column_stack((np.ones(n), rng.normal(size=(n, size - 1))))
    return Answers(contexts.clip(-3.0, 3.0), rng.choice(["a", "b", "c"], n).tolist())


def is_a(asked: Answers) -> Flags:
    return np.array([model == "a" for model in asked.models])


def chances_of(asked: Answers, of_a: Flags) -> Vector:
    """How likely each is rated: by the second feature, and `a` rather than the others."""
    chances: Vector = expit(-2.5 + 0.8 * asked.contexts[:, 1] + 1.5 * of_a)
    return chances


def habit(seed: int) -> tuple[Answers, Flags]:
    """Many answers, and which of them are rated."""
    rng = np.random.default_rng(seed)
    asked = answers(rng, 20_000)
    return asked, rng.random(len(asked)) < chances_of(asked, is_a(asked))


def test_weights_are_a_models_share_rated_over_the_probability_of_a_rating() -> None:
    asked, rated = habit(5)

    fitted = Weights.fitted(asked, rated, most=5.0)

    everything, nothing = np.ones(len(asked), bool), np.zeros(len(asked), bool)
    share = {
        a: float(chances_of(asked, of).mean()) for a, of in ((True, everything), (False, nothing))
    }
    assert fitted.by_model["a"] == pytest.approx(share[True], abs=0.02)
    assert fitted.by_model["b"] == pytest.approx(share[False], abs=0.01)
    of_a = is_a(asked)
    expected = np.where(of_a, share[True], share[False]) / chances_of(asked, of_a)
    error = np.log(fitted.of(asked) / np.clip(expected, 0.2, 5.0))
    assert np.log(expected).std() > 0.5
    assert np.sqrt(np.mean(error**2)) < 0.08


def test_no_model_counts_for_more_because_it_is_rated_less() -> None:
    asked, rated = habit(6)

    weights = Weights.fitted(asked, rated, most=5.0).of(asked)

    of_a = is_a(asked)
    assert rated[of_a].mean() > 2.5 * rated[~of_a].mean()
    assert weights[rated & of_a].mean() == pytest.approx(1.0, abs=0.05)
    assert weights[rated & ~of_a].mean() == pytest.approx(1.0, abs=0.05)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    n=st.integers(1, 300),
    slope=st.floats(-20.0, 20.0),
    most=st.floats(1.01, 100.0),
)
def test_ratings_count_for_one_on_average_and_each_within_its_bounds(
    seed: int, n: int, slope: float, most: float
) -> None:
    rng = np.random.default_rng(seed)
    asked = answers(rng, n)
    rated = rng.random(n) < expit(slope * asked.contexts[:, 1])
    rated[0] = True

    weights = Weights.fitted(asked, rated, most).of(asked)

    assert weights[rated].mean() == pytest.approx(1.0, abs=1e-6)
    assert (weights >= 1.0 / most - 1e-12).all()
    assert (weights <= most + 1e-12).all()


@pytest.mark.parametrize("n", [1, 10, 60])
def test_with_little_data_every_rating_counts_for_one(n: int) -> None:
    rng = np.random.default_rng(n)
    asked = answers(rng, n, size=33)
    rated = np.arange(n) < 1 + n // 20

    weights = Weights.fitted(asked, rated, most=5.0).of(answers(rng, 100, size=33))

    np.testing.assert_allclose(weights, 1.0, atol=1e-3)


def test_a_rule_that_says_who_rates_without_fail_leaves_weights_finite() -> None:
    asked = answers(np.random.default_rng(8), 2000)
    rated = asked.contexts[:, 1] > 0.0

    weights = Weights.fitted(asked, rated, most=5.0).of(asked)

    assert np.isfinite(weights).all()
    assert weights[rated].mean() == pytest.approx(1.0, abs=1e-6)


def test_a_model_that_was_never_seen_is_rated_as_others_are() -> None:
    asked, rated = habit(9)
    fitted = Weights.fitted(asked, rated, most=5.0)
    contexts = np.array([[1.0, x, 0, 0, 0, 0] for x in (-2.0, 0.0, 2.0)])

    new, known = (fitted.of(Answers(contexts, [model] * 3)) for model in ("new", "b"))

    assert fitted.by_model["b"] < fitted.of_others < fitted.by_model["a"]
    np.testing.assert_allclose(new, known, rtol=0.3)
    assert (np.diff(new) < 0.0).all()
