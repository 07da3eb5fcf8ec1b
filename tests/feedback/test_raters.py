"""Raters are compared with what was believed, and with who else rated the answer."""

import pytest

from bandit.calibration import Calibration
from feedback.raters import Spoken, agreements, plainly


def word(decision_id: str, rater: str, quality: float, mean: float | None = 0.7) -> Spoken:
    return Spoken(decision_id, "user", rater, quality, mean, 0.1)


def test_residuals_are_in_deviations_of_noise_and_belief() -> None:
    (one,) = agreements([word("d1", "a", 0.2), word("d2", "a", 0.2)], plainly)

    assert one.mean_residual == pytest.approx(-0.5 / 0.07**0.5)
    assert one.surprise == pytest.approx(-0.5 / 0.07**0.5 * 2**0.5)
    assert (one.ratings, one.compared, one.mean_difference) == (2, 0, None)


def test_what_is_expected_of_a_source_is_read_by_its_line() -> None:
    (one,) = agreements([word("d1", "a", 0.65)], lambda _: (Calibration(0.3, 0.5), 0.01))

    assert one.mean_residual == pytest.approx(0.0)


def test_others_are_all_who_rated_the_same_answer() -> None:
    words = [word("d1", "a", 1.0), word("d1", "b", 0.5), word("d1", "c", 0.0), word("d2", "a", 0.7)]

    by_rater = {one.rater: one for one in agreements(words, plainly)}

    assert by_rater["a"].mean_difference == pytest.approx(0.75)
    assert by_rater["b"].mean_difference == pytest.approx(0.0)
    assert by_rater["c"].mean_distance == pytest.approx(0.75)
    assert by_rater["a"].compared == 1


def test_where_nothing_was_believed_nothing_surprises() -> None:
    (one,) = agreements([word("d1", "a", 0.0, mean=None)], plainly)

    assert (one.mean_residual, one.surprise) == (None, 0.0)
