"""Scales move one at a time, and are believed to lie near where they started."""

from dataclasses import asdict

import pytest

from bandit.prior import Prior
from bandit.scales import Scales

START = Scales(Prior(), {"judge": 0.02, "user": 0.06})


def flat(scales: Scales) -> dict[str, float]:
    return asdict(scales.prior) | scales.noise


def test_each_move_multiplies_one_scale_and_leaves_the_others() -> None:
    before, moved = flat(START), []

    for move in START.moves():
        after = flat(move(START, 2.0))
        (name,) = (name for name in before if after[name] != before[name])
        assert after[name] == pytest.approx(2.0 * before[name])
        moved.append(name)

    assert sorted(moved) == sorted(before)


@pytest.mark.parametrize(("factor", "bound"), [(1e-9, 1e-6), (1e9, 1.0)])
def test_no_scale_leaves_its_bounds(factor: float, bound: float) -> None:
    scales = START
    for move in START.moves():
        scales = move(scales, factor)

    assert set(flat(scales).values()) == {bound}


def test_a_variance_is_believed_to_fall_less_readily_than_to_rise() -> None:
    *_, move = START.moves()

    lower, same, higher = (move(START, factor).log_density(START) for factor in (0.5, 1.0, 2.0))

    assert lower < higher < same
