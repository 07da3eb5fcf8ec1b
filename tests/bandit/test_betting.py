import numpy as np
import pytest
from scipy.optimize import brentq

from bandit.betting import mean_at_least


def test_nothing_is_known_of_nothing_but_zeros() -> None:
    assert mean_at_least(np.zeros(10_000), 0.025) == 0.0


def test_what_is_too_large_for_luck_bounds_by_one() -> None:
    assert mean_at_least(np.full(100, 5.0), 0.025) == 1.0


def test_the_order_of_values_does_not_matter() -> None:
    values = np.random.default_rng(1).random(500)

    assert mean_at_least(values, 0.025) == pytest.approx(mean_at_least(values[::-1], 0.025))


def test_more_of_the_same_brings_it_closer() -> None:
    values = np.tile([0.0, 1.0], 50)

    bounds = [mean_at_least(np.tile(values, times), 0.025) for times in (1, 10, 100)]

    assert bounds == sorted(bounds)
    assert 0.48 < bounds[-1] < 0.5


def test_it_costs_less_than_twice_the_normal_interval() -> None:
    values = np.random.default_rng(2).random(2000)
    normal = values.mean() - 1.96 * values.std() / np.sqrt(2000)

    bound = mean_at_least(values, 0.025)

    assert values.mean() - bound < 2.0 * (values.mean() - normal)


@pytest.mark.parametrize("chance", [0.5, 0.02, 0.0005])
def test_it_is_above_the_mean_at_most_as_often_as_it_may_be(chance: float) -> None:
    """Values are 1 / chance with this chance, whose mean is one, times a half."""
    rng, risk, times = np.random.default_rng(3), 0.1, 300
    values = (rng.random((times, 200)) < chance) * (0.5 / chance)

    above = sum(mean_at_least(row, risk) > 0.5 for row in values)

    assert above <= times * risk + 5 * np.sqrt(times * risk * (1 - risk))


def test_expectations_that_differ_from_value_to_value_are_averaged() -> None:
    """All that is random is a coin for each of two kinds of values that take turns."""
    rng, risk, times = np.random.default_rng(4), 0.1, 300
    expected = np.tile([0.05, 0.95], 100)
    values = (rng.random((times, 200)) < 0.25) * 4.0 * expected

    above = sum(mean_at_least(row, risk) > 0.5 for row in values)

    assert above <= times * risk + 5 * np.sqrt(times * risk * (1 - risk))


def test_of_ones_it_is_what_can_be_worked_out_by_hand() -> None:
    """Of the stake's 18 parts nearly all the wealth is in the largest, 0.95, here."""
    bound = mean_at_least(np.ones(100), 0.025)

    by_hand = brentq(lambda m: 100 * np.log1p(0.95 * (1 - m)) - np.log(18 * 40), 0.0, 1.0)
    assert bound == pytest.approx(by_hand, abs=0.03)
    assert bound > by_hand
