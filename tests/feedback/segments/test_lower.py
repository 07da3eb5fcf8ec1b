"""A segment is found where it is rated lower than the rest, and seldom where it is not."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import binom, hypergeom

from bandit.arrays import Vector
from feedback.segments.lower import Lower, compared, found, holm
from feedback.segments.traffic import Labels, Said

LEVEL = 0.05

Qualities = Callable[[np.random.Generator, Vector], Vector]


def thumbs(rng: np.random.Generator, mean: Vector) -> Vector:
    return np.asarray(rng.random(len(mean)) < mean, np.float64)


def graded(rng: np.random.Generator, mean: Vector) -> Vector:
    return np.clip(mean + 0.2 * rng.standard_normal(len(mean)), 0.0, 1.0)


def looked(
    seed: int, ratings: int, qualities: Qualities, mean: float, worse: float = 0.0
) -> set[str | None]:
    """What is found among eight segments of unlike sizes, of which the third may be worse."""
    rng = np.random.default_rng(seed)
    codes = np.minimum(rng.geometric(0.3, ratings) - 1, 7)
    quality = qualities(rng, mean - worse * (codes == 2))
    lower = compared(Labels.of(map(str, codes)), Said(quality, np.ones(ratings)))
    return found(lower, LEVEL, 0.0)


@pytest.mark.parametrize(("qualities", "mean"), [(thumbs, 0.9), (thumbs, 0.98), (graded, 0.7)])
def test_where_no_segment_differs_any_is_found_as_seldom_as_promised(
    qualities: Qualities, mean: float
) -> None:
    false = sum(bool(looked(seed, 300, qualities, mean)) for seed in range(300))

    assert false <= binom.ppf(0.999, 300, LEVEL)


@pytest.mark.parametrize(("qualities", "mean"), [(thumbs, 0.9), (graded, 0.7)])
def test_a_segment_that_is_worse_is_found(qualities: Qualities, mean: float) -> None:
    hits = sum("2" in looked(seed, 400, qualities, mean, worse=0.3) for seed in range(40))

    assert hits >= 36


def test_chance_is_that_of_drawing_so_few_good_ratings_from_all() -> None:
    segment, quality = np.repeat(["a", "b"], [40, 200]), np.ones(240)
    quality[:9] = quality[40:62] = 0.0

    lower = compared(Labels.of(segment), Said(quality, np.ones(240)))["a"]

    exact = hypergeom.sf(8, 240, 31, 40)
    assert lower.difference == pytest.approx(-9 / 40 + 22 / 200)
    assert lower.chance == pytest.approx(2 * exact, rel=0.5)


def test_whoever_looks_at_the_same_ratings_finds_the_same() -> None:
    assert looked(3, 400, thumbs, 0.8, 0.2) == looked(3, 400, thumbs, 0.8, 0.2)


def test_what_was_said_of_a_session_is_one_rating() -> None:
    labels = Labels.of(["long"] * 400 + ["rest"] * 100)
    quality = np.r_[np.zeros(400), np.ones(100)]

    alone = compared(labels, Said(quality, np.r_[np.full(400, 1 / 40), np.ones(100)]))
    each = compared(labels, Said(quality, np.ones(500)))

    assert "long" not in alone
    assert each["long"].chance < 1e-5


def test_segments_with_too_few_ratings_are_not_compared() -> None:
    labels = Labels.of(["few"] * 19 + ["many"] * 100)

    assert set(compared(labels, Said(np.ones(119), np.ones(119)))) == {"many"}
    assert compared(Labels.of(["all"] * 50), Said(np.ones(50), np.ones(50))) == {}
    assert compared(Labels.of([]), Said(np.ones(0), np.ones(0))) == {}


def test_a_difference_that_is_certain_but_small_is_no_finding() -> None:
    lower: dict[str | None, Lower] = {
        "small": Lower(-0.01, 1e-6),
        "large": Lower(-0.2, 1e-6),
        "higher": Lower(0.2, 1.0),
    }

    assert found(lower, 0.05, 0.05) == {"large"}


def test_holms_correction_is_never_below_the_p_values_nor_out_of_their_order() -> None:
    chances = np.random.default_rng(1).random(50) ** 3

    corrected = np.array(holm(list(chances)))

    order = np.argsort(chances)
    assert (corrected >= chances).all()
    assert (np.diff(corrected[order]) >= 0).all()
    assert corrected[order[0]] == pytest.approx(min(50 * chances.min(), 1.0))
