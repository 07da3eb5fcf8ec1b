"""The promises of the change detector."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandit.arrays import Vector
from bandit.change import Surprise


def residuals(quality: float, expected: float, count: int, seed: int) -> Vector:
    """Standardised residuals of right-or-wrong answers."""
    right = np.random.default_rng(seed).random(count) < quality
    deviation = np.sqrt(expected * (1.0 - expected))
    scaled: Vector = (right - expected) / deviation
    return scaled


def first_alarm(values: Vector) -> int | None:
    surprise = Surprise()
    return next((n for n, value in enumerate(values) if surprise.alarms(float(value))), None)


@pytest.mark.parametrize("quality", [0.4, 0.7, 0.93])
def test_ratings_as_expected_raise_no_alarm_in_ten_thousand(quality: float) -> None:
    assert first_alarm(residuals(quality, quality, 10_000, seed=0)) is None


@pytest.mark.parametrize("quality", [0.6, 0.8, 0.93])
def test_nine_of_ten_falls_to_half_are_told_within_three_hundred_ratings(quality: float) -> None:
    alarms = [
        first_alarm(
            np.concatenate(
                [
                    residuals(quality, quality, 500, seed),
                    residuals(quality / 2, quality, 300, seed + 100),
                ]
            )
        )
        for seed in range(20)
    ]

    delays = [alarm - 500 for alarm in alarms if alarm is not None]
    assert len(delays) >= 18
    assert min(delays) >= 0
    assert np.median(delays) < 150


def test_a_model_less_even_than_the_source_is_with_others_raises_no_alarm() -> None:
    assert first_alarm(residuals(0.5, 0.5, 10_000, seed=0) * 3.0) is None


def test_a_model_that_became_better_is_told_too() -> None:
    assert first_alarm(residuals(0.95, 0.4, 300, seed=0)) is not None


def test_one_wild_rating_is_no_change() -> None:
    assert not Surprise().alarms(1e9)
    assert not Surprise().alarms(-1e9)


@given(st.lists(st.floats(-50, 50), max_size=60))
def test_both_directions_are_treated_alike(values: list[float]) -> None:
    there, back = Surprise(), Surprise()

    assert [there.alarms(value) for value in values] == [back.alarms(-value) for value in values]


def test_after_an_alarm_it_starts_anew() -> None:
    surprise = Surprise()
    while not surprise.alarms(-3.0):
        pass

    assert (surprise.better, surprise.worse) == (0.0, 0.0)
