from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandit.arrays import Vector
from simulations.recovery import Recovery
from tests.bandit.beliefs import repeatable

WEAK, STRONG = 0.6, 0.8
SHARES = st.lists(st.floats(0.0, 1.0), max_size=9).map(np.array)


def recovery(share: Vector, recovered: Vector) -> Recovery:
    found = Recovery.of(share, WEAK + (STRONG - WEAK) * recovered, WEAK, STRONG)
    assert found is not None
    return found


@repeatable
@given(SHARES)
def test_mixing_at_random_recovers_a_half(share: Vector) -> None:
    mixed = recovery(share, share)

    assert mixed.area() == pytest.approx(0.5)
    assert mixed.threshold(0.5) == pytest.approx(0.5)
    assert mixed.threshold(0.8) == pytest.approx(0.8)


def test_a_router_that_was_never_asked_is_a_line_from_weak_to_strong() -> None:
    assert recovery(np.array([]), np.array([])).area() == 0.5


def test_the_area_is_that_under_straight_lines() -> None:
    one = recovery(np.array([0.2, 0.5]), np.array([0.6, 0.9]))

    assert one.area() == pytest.approx(0.2 * 0.3 + 0.3 * 0.75 + 0.5 * 0.95)


def test_the_threshold_is_the_first_share_at_which_so_much_is_recovered() -> None:
    one = recovery(np.array([0.2, 0.4, 0.6]), np.array([0.4, 0.8, 0.2]))

    assert one.threshold(0.5) == pytest.approx(0.25)
    assert one.threshold(0.8) == pytest.approx(0.4)


def test_at_one_share_the_best_that_was_recovered_counts() -> None:
    one = recovery(np.array([0.3, 0.3]), np.array([0.9, 0.1]))

    assert one.threshold(0.5) == pytest.approx(0.3)


@repeatable
@given(SHARES, st.randoms(use_true_random=False))
def test_the_order_of_settings_does_not_matter(share: Vector, random: Random) -> None:
    recovered = np.sqrt(share)
    order = list(range(len(share)))
    random.shuffle(order)

    shuffled, one = recovery(share[order], recovered[order]), recovery(share, recovered)

    assert shuffled.area() == pytest.approx(one.area())
    assert shuffled.threshold(0.5) == pytest.approx(one.threshold(0.5))


@repeatable
@given(SHARES)
def test_who_recovers_more_at_every_share_has_more_area_and_lower_thresholds(
    share: Vector,
) -> None:
    better, worse = recovery(share, np.sqrt(share)), recovery(share, share**2)

    assert better.area() >= 0.5 - 1e-12 >= worse.area() - 1e-9
    assert better.threshold(0.8) <= worse.threshold(0.8) + 1e-9


@pytest.mark.parametrize("strong", [WEAK, 0.5])
def test_without_a_gap_nothing_can_be_recovered(strong: float) -> None:
    assert Recovery.of(np.array([0.5]), np.array([0.6]), WEAK, strong) is None
