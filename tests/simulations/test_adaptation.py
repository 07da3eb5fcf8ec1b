from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandit.arrays import Indices
from simulations.adaptation import adaptation_requests
from tests.bandit.beliefs import repeatable

LENGTH, CHANGE = 2000, 1000


def moved(after: int) -> Indices:
    """Traffic goes to the first model, and to the second so many requests after the change."""
    return (np.arange(LENGTH) >= CHANGE + after).astype(np.intp)


@pytest.mark.parametrize("after", [0, 1, 17, 300, 700])
def test_it_is_the_requests_from_the_change_to_the_move(after: int) -> None:
    assert adaptation_requests(moved(after), CHANGE, 2) == after


@repeatable
@given(st.integers(0, 600), st.integers(0, 1000))
def test_a_move_between_mixes_is_found_about_where_it_is(after: int, seed: int) -> None:
    often = np.where(moved(after) > 0, 0.9, 0.1)
    chosen = (np.random.default_rng(seed).random(LENGTH) < often).astype(np.intp)

    found = adaptation_requests(chosen, CHANGE, 2)

    assert found is not None
    assert abs(found - after) <= 25


def test_a_gradual_move_is_placed_where_it_is_half_done() -> None:
    often = np.clip((np.arange(LENGTH) - CHANGE) / 400, 0.0, 1.0)
    chosen = (np.random.default_rng(0).random(LENGTH) < often).astype(np.intp)

    assert adaptation_requests(chosen, CHANGE, 2) == pytest.approx(200, abs=40)


def test_it_is_the_step_of_least_squares() -> None:
    chosen = np.random.default_rng(3).integers(0, 3, 60)
    chosen[40:] = 2
    one_hot = np.eye(3)[chosen]
    before, end = one_hot[:20].mean(axis=0), one_hot[45:].mean(axis=0)

    sums = [
        ((one_hot[20 : 20 + n] - before) ** 2).sum() + ((one_hot[20 + n :] - end) ** 2).sum()
        for n in range(41)
    ]

    assert adaptation_requests(chosen, 20, 3) == int(np.argmin(sums))


def test_traffic_that_stays_where_it_was_does_not_adapt() -> None:
    assert adaptation_requests(np.zeros(LENGTH, dtype=np.intp), CHANGE, 2) is None


def test_luck_is_no_move() -> None:
    rng = np.random.default_rng(0)

    found = [adaptation_requests(rng.integers(0, 4, LENGTH), CHANGE, 4) for _ in range(100)]

    assert sum(one is not None for one in found) <= 5


@pytest.mark.parametrize("changed_at", [None, 0, LENGTH])
def test_where_nothing_changes_nothing_adapts(changed_at: int | None) -> None:
    assert adaptation_requests(moved(0), changed_at, 2) is None


def test_models_may_be_numbered_in_any_order() -> None:
    chosen = moved(50)

    assert adaptation_requests(2 - chosen, CHANGE, 3) == adaptation_requests(chosen, CHANGE, 3)


def test_who_moves_later_adapts_later() -> None:
    found = [adaptation_requests(moved(after), CHANGE, 2) or 0 for after in range(0, 700, 50)]

    assert all(one < next_one for one, next_one in pairwise(found))


def test_a_change_near_the_end_is_measured_by_what_comes_after_it() -> None:
    chosen = (np.arange(100) >= 95).astype(np.intp)

    assert adaptation_requests(chosen, 90, 2) == 5
