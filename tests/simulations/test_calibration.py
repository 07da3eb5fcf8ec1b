import numpy as np
import pytest

from bandit.arrays import Matrix
from simulations.calibration import coverage_90
from simulations.run import Run

MANY = 20_000


def believing(mean: Matrix, std: Matrix) -> Run:
    chosen = np.zeros(len(mean), dtype=np.intp)
    propensity = np.ones(len(mean))
    return Run(chosen, propensity, mean.astype(np.float32), std.astype(np.float32), 0.0)


def test_a_belief_of_the_right_width_holds_the_truth_nine_times_in_ten() -> None:
    truth = np.random.default_rng(0).normal(0.5, 0.1, (MANY, 2))

    covered = coverage_90(believing(np.full_like(truth, 0.5), np.full_like(truth, 0.1)), truth)

    assert covered == pytest.approx(0.9, abs=5 * np.sqrt(0.09 / MANY))


@pytest.mark.parametrize(("times", "expected"), [(0.5, 0.5891), (2.0, 0.9990)])
def test_a_belief_of_another_width_holds_it_less_or_more_often(
    times: float, expected: float
) -> None:
    truth = np.random.default_rng(0).normal(0.5, 0.1, (MANY, 2))

    covered = coverage_90(
        believing(np.full_like(truth, 0.5), np.full_like(truth, 0.1 * times)), truth
    )

    assert covered == pytest.approx(expected, abs=5 * np.sqrt(0.25 / MANY))


def test_only_the_second_half_counts() -> None:
    mean = np.array([[0.0], [0.0], [0.5], [0.5]])

    assert coverage_90(believing(mean, np.full((4, 1), 0.1)), np.full((4, 1), 0.5)) == 1.0


def test_what_is_believed_of_models_that_are_not_chosen_counts_too() -> None:
    mean = np.array([[0.5, 0.0]])

    assert coverage_90(believing(mean, np.full((1, 2), 0.1)), np.full((1, 2), 0.5)) == 0.5


def test_a_model_that_is_unable_does_not_count() -> None:
    mean, std = np.array([[0.5, np.nan]]), np.array([[0.1, np.nan]])

    assert coverage_90(believing(mean, std), np.full((1, 2), 0.5)) == 1.0


def test_who_believes_nothing_covers_nothing() -> None:
    truth = np.full((4, 2), 0.5)

    assert coverage_90(Run.of_choices(np.zeros(4, dtype=np.intp), 2), truth) is None
    assert coverage_90(believing(truth, np.zeros((4, 2))), truth) is None
