from dataclasses import replace

import numpy as np
import pytest

from bandit.arrays import Matrix, Vector
from simulations.environment import Environment, faithful
from tests.simulations.streams import happened, stream

MANY = 4000


@pytest.mark.parametrize(
    ("written", "share"),
    [("sparse", 0.1), ("sparse:share=0.4", 0.4), ("noisy-sparse-delayed", 0.2)],
)
def test_the_share_of_requests_that_is_rated_is_as_asked(written: str, share: float) -> None:
    (rater,) = happened(written, stream(MANY)).raters

    assert abs(rater.rated.mean() - share) <= five_sigma(share, MANY)


@pytest.mark.parametrize(
    ("written", "least", "most"),
    [
        ("delayed", 1, 200),
        ("delayed:least=0,most=3", 0, 3),
        ("noisy-sparse-delayed", 1, 200),
        ("noisy-sparse-delayed:most=7", 1, 7),
    ],
)
def test_delays_are_uniform_between_their_bounds(written: str, least: int, most: int) -> None:
    (rater,) = happened(written, stream(MANY)).raters

    count = most - least + 1
    std = np.sqrt((count**2 - 1) / 12)
    assert (rater.delay.min(), rater.delay.max()) == (least, most)
    assert abs(rater.delay.mean() - (least + most) / 2) <= 5 * std / np.sqrt(MANY)


def test_a_rating_that_is_delayed_says_what_it_would_have_said() -> None:
    (rater,) = happened("delayed", stream()).raters

    assert (rater.rating == stream().quality).all()


def test_what_was_not_rated_before_is_not_rated_after() -> None:
    two = happened("two-raters", stream(MANY))

    few = happened("sparse:share=0.5", two, seed=1)

    for rater, before in zip(few.raters, two.raters, strict=True):
        assert (rater.rated <= before.rated).all()
        assert 0 < rater.rated.sum() < before.rated.sum()


def test_delays_add_up() -> None:
    once = happened("delayed:least=5,most=5", stream())

    twice = happened("delayed:least=2,most=2", once)

    assert twice.raters[0].delay.tolist() == [7] * 60


def test_noise_has_the_deviation_that_is_asked_for() -> None:
    environment = middling(MANY)

    (rater,) = happened("noisy-sparse-delayed:noise=0.05", environment).raters

    assert_normal(rater.rating - environment.quality, 0.0, 0.05)


def test_two_raters_share_the_requests_evenly_and_are_unequally_noisy() -> None:
    environment = middling(MANY)

    first, second = happened("two-raters:careful=0.02,careless=0.08", environment).raters

    assert (first.source, second.source) == ("careful", "careless")
    assert (first.rated + second.rated == 1).all()
    assert abs(first.rated.mean() - 0.5) <= five_sigma(0.5, MANY)
    assert_normal(first.rating - environment.quality, 0.0, 0.02)
    assert_normal(second.rating - environment.quality, 0.0, 0.08)


def test_a_judge_rates_all_too_well_and_people_a_few_as_they_are() -> None:
    environment = middling(MANY)

    judge, user = happened("biased-judge:bias=0.1,noise=0.05", environment).raters

    assert (judge.source, user.source) == ("judge", "user")
    assert judge.rated.all()
    assert abs(user.rated.mean() - 0.05) <= five_sigma(0.05, MANY)
    assert (user.rating == environment.quality).all()
    assert_normal(judge.rating[:, 0] - environment.quality[:, 0], 0.1, 0.05)


def test_errors_of_a_judge_about_the_answers_to_one_prompt_correlate_at_a_half() -> None:
    environment = middling(MANY)

    judge, _ = happened("biased-judge:noise=0.05", environment).raters

    error = judge.rating - environment.quality
    assert abs(correlation(error[:, 0], error[:, 1]) - 0.5) <= 5 * 0.75 / np.sqrt(MANY)


def test_errors_of_a_judge_about_a_prompt_come_again_with_it() -> None:
    environment = replace(middling(MANY), rows=np.arange(MANY) // 2)

    judge, _ = happened("biased-judge:noise=0.05", environment).raters

    error = (judge.rating - environment.quality)[:, 0]
    assert abs(correlation(error[::2], error[1::2]) - 0.5) <= 5 * 0.75 / np.sqrt(MANY / 2)


def test_comparisons_are_with_every_other_model_alike() -> None:
    environment = middling(MANY)

    (rater,) = happened("preferences:share=0.3,noise=0.05", environment).raters

    assert rater.beside is not None
    assert set(rater.beside.tolist()) == {1, 2}
    assert abs((rater.beside == 1).mean() - 0.5) <= five_sigma(0.5, MANY)
    assert abs(rater.rated.mean() - 0.3) <= five_sigma(0.3, MANY)
    assert_normal(rater.rating - environment.quality, 0.0, 0.05)


def test_some_ratings_say_the_opposite_and_all_others_the_truth() -> None:
    environment = stream(MANY)

    (rater,) = happened("hostile", environment).raters

    lies = (rater.rating != environment.quality).all(axis=1)
    expected = np.where(lies[:, None], 1 - environment.quality, environment.quality)
    assert rater.source == "user"
    assert (rater.rating == expected).all()
    assert abs(lies.mean() - 0.05) <= five_sigma(0.05, MANY)


def middling(requests: int) -> Environment:
    """Quality so far from both ends that little noise is never clipped."""
    quality = np.full((requests, 3), 0.5)
    return replace(stream(requests), quality=quality, raters=(faithful(quality),))


def five_sigma(share: float, count: int) -> float:
    return float(5 * np.sqrt(share * (1 - share) / count))


def correlation(one: Vector, other: Vector) -> float:
    return float(np.mean((one - one.mean()) * (other - other.mean())) / one.std() / other.std())


def assert_normal(error: Matrix | Vector, mean: float, std: float) -> None:
    assert abs(error.mean() - mean) <= 5 * std / np.sqrt(error.size)
    assert abs(error.std() / std - 1) <= 5 / np.sqrt(2 * error.size)
