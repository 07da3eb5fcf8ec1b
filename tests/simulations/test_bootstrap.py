import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.bootstrap import figure, interval
from simulations.report.bands import band
from simulations.summary import Figure
from tests.bandit.beliefs import repeatable

VALUES = np.random.default_rng(0).normal(0.5, 0.1, 10).tolist()


def test_one_seed_is_all_there_is() -> None:
    assert figure([0.3]) == Figure(0.3, 0.3, 0.3)


def test_what_no_seed_has_is_absent() -> None:
    assert figure([]) == figure([None, None]) == Figure(None, None, None)


def test_seeds_without_it_are_left_out() -> None:
    assert figure([0.1, None, 0.3]) == figure([0.1, 0.3])


def test_the_same_seeds_give_the_same_interval() -> None:
    assert figure(VALUES) == figure(list(VALUES))


def test_the_interval_is_about_two_standard_errors_wide_either_way() -> None:
    many = np.random.default_rng(1).normal(0.5, 0.1, 200)

    found = figure(many)

    error = many.std() / np.sqrt(len(many))
    assert found.mean == pytest.approx(many.mean())
    assert found.low == pytest.approx(many.mean() - 1.96 * error, abs=0.2 * error)
    assert found.high == pytest.approx(many.mean() + 1.96 * error, abs=0.2 * error)


@repeatable
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8))
def test_the_interval_holds_the_mean_and_lies_among_the_seeds(values: list[float]) -> None:
    found = figure(values)

    assert found.low is not None
    assert found.mean is not None
    assert found.high is not None
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.low - 1e-9 <= found.mean <= found.high + 1e-9


def test_an_interval_moves_and_stretches_with_its_seeds() -> None:
    values = np.array(VALUES)[:, None]

    assert interval(3.0 * values + 1.0) == pytest.approx(3.0 * interval(values) + 1.0)


def test_a_curve_has_at_each_point_the_interval_of_a_figure() -> None:
    curves = np.column_stack([VALUES, VALUES[::-1]])

    mean, low, high = band(curves)

    for k, told in enumerate(figure(column) for column in curves.T):
        assert (told.mean, told.low, told.high) == pytest.approx((mean[k], low[k], high[k]))
