from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from bandit.arrays import Vector
from simulations.zero_router import hull, mean_quality, zero_router
from tests.bandit.beliefs import repeatable

Models = tuple[Vector, Vector]

GRID = np.linspace(-1.0, 12.0, 27)


@st.composite
def models(draw: st.DrawFn) -> Models:
    """Costs and qualities of up to eight models, equal ones among them."""
    tenths = st.integers(0, 10).map(lambda n: n / 10)
    rows = draw(st.lists(st.tuples(st.integers(0, 10), tenths), min_size=1, max_size=8))
    cost_usd, quality = np.array(rows, dtype=np.float64).T
    return cost_usd, quality


def test_between_two_models_there_is_every_mix_of_them() -> None:
    reached = zero_router(
        np.array([1.0, 3.0]), np.array([0.5, 0.9]), np.array([1.0, 1.5, 2.0, 3.0])
    )

    assert reached.tolist() == pytest.approx([0.5, 0.6, 0.7, 0.9])


def test_a_model_below_the_mix_of_its_neighbours_is_left_out() -> None:
    corners = hull(np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.6, 0.9]))

    assert corners.cost_usd.tolist() == [1.0, 3.0]


def test_a_model_on_the_line_between_two_is_no_corner() -> None:
    corners = hull(np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.7, 0.9]))

    assert corners.cost_usd.tolist() == [1.0, 3.0]


def test_of_models_as_cheap_the_best_counts() -> None:
    corners = hull(np.array([1.0, 1.0, 1.0]), np.array([0.5, 0.7, 0.6]))

    assert corners.quality.tolist() == [0.7]


def test_dearer_models_that_are_worse_change_nothing() -> None:
    reached = zero_router(
        np.array([1.0, 2.0, 9.0]), np.array([0.5, 0.8, 0.7]), np.array([2.0, 9.0])
    )

    assert reached.tolist() == [0.8, 0.8]


def test_below_the_cheapest_model_its_quality_is_given_and_above_the_best_the_best() -> None:
    reached = zero_router(np.array([1.0, 2.0]), np.array([0.5, 0.8]), np.array([0.0, 100.0]))

    assert reached.tolist() == [0.5, 0.8]


@repeatable
@given(models())
def test_no_fixed_model_is_above_it(of: Models) -> None:
    cost_usd, quality = of

    assert (zero_router(cost_usd, quality, cost_usd) >= quality - 1e-12).all()


@repeatable
@given(models())
def test_its_corners_are_models_that_rise_ever_more_slowly(of: Models) -> None:
    corners = hull(*of)

    assert set(zip(*corners, strict=True)) <= set(zip(*of, strict=True))
    slopes = np.diff(corners.quality) / np.diff(corners.cost_usd)
    assert (np.diff(slopes) < 0).all()
    assert (slopes > 0).all()


@repeatable
@given(models())
def test_it_is_the_best_mix_that_the_money_buys(of: Models) -> None:
    cost_usd, quality = of
    for spent in np.linspace(cost_usd.min(), cost_usd.max() + 1.0, 5):
        best = linprog(
            -quality, [cost_usd], [spent], np.ones((1, len(quality))), [1.0], bounds=(0, 1)
        )

        assert zero_router(cost_usd, quality, np.array([spent]))[0] == pytest.approx(-best.fun)


@repeatable
@given(models(), st.randoms(use_true_random=False))
def test_the_order_of_models_does_not_matter(of: Models, random: Random) -> None:
    cost_usd, quality = of
    order = list(range(len(cost_usd)))
    random.shuffle(order)

    shuffled = zero_router(cost_usd[order], quality[order], GRID)

    assert shuffled.tolist() == zero_router(cost_usd, quality, GRID).tolist()


def test_the_mean_quality_of_two_models_lies_in_the_middle() -> None:
    assert mean_quality(np.array([1.0, 3.0]), np.array([0.5, 0.9]), 1.0, 3.0) == pytest.approx(0.7)


def test_a_better_model_half_way_raises_the_mean_quality_by_half_of_its_height() -> None:
    cost_usd, quality = np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.8, 0.9])

    assert mean_quality(cost_usd, quality, 1.0, 3.0) == pytest.approx(0.7 + 0.1 / 2)


def test_the_mean_quality_is_flat_where_more_money_buys_nothing() -> None:
    assert mean_quality(np.array([1.0]), np.array([0.5]), 1.0, 9.0) == pytest.approx(0.5)


def test_points_outside_of_the_range_still_bend_the_hull_inside() -> None:
    cost_usd, quality = np.array([0.0, 4.0]), np.array([0.0, 0.8])

    assert mean_quality(cost_usd, quality, 1.0, 3.0) == pytest.approx(0.4)


def test_an_empty_range_has_no_mean() -> None:
    assert mean_quality(np.array([1.0, 1.0]), np.array([0.5, 0.6]), 1.0, 1.0) is None
