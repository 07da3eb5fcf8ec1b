from dataclasses import replace

import numpy as np
import pytest

from simulations.dataset import Dataset
from simulations.environment import TYPICAL_TOKENS, Environment, faithful, replay
from tests.simulations.streams import PRICES, content, stream

CONTEXTS = np.arange(10.0).reshape(5, 2)


def dataset() -> Dataset:
    rng = np.random.default_rng(0)
    return Dataset(
        name="five",
        models=("free", "small", "large"),
        ids=tuple("abcde"),
        prompts=("Why?",) * 5,
        sources=("x", "x", "y", "y", "z"),
        quality=rng.random((5, 3)),
        cost_usd=rng.random((5, 3)) * [0.0, 0.001, 0.01],
    )


def replayed(requests: int | None = None, seed: int = 0) -> Environment:
    return replay(dataset(), CONTEXTS, requests, np.random.default_rng(seed))


def test_a_stream_is_as_long_as_its_data_set_unless_told_otherwise() -> None:
    assert len(replayed()) == 5
    assert len(replayed(3)) == 3
    assert len(replayed(12)) == 12


def test_each_prompt_comes_once_before_any_comes_again() -> None:
    rows = replayed(12).rows

    rounds = [sorted(rows[start : start + 5]) for start in (0, 5)]
    assert rounds == [[0, 1, 2, 3, 4]] * 2
    assert len(set(rows[10:])) == 2


def test_all_that_is_known_of_a_prompt_comes_with_it() -> None:
    data, environment = dataset(), replayed(12)

    rows = environment.rows
    assert (environment.contexts == CONTEXTS[rows]).all()
    assert (environment.quality == data.quality[rows]).all()
    assert environment.sources == tuple(data.sources[row] for row in rows)


def test_answers_cost_what_the_data_set_says() -> None:
    environment = replayed(12)

    assert environment.cost_usd == pytest.approx(dataset().cost_usd[environment.rows])


def test_a_model_has_one_price_at_which_its_mean_answer_is_of_typical_length() -> None:
    environment = replayed()

    assert (environment.usd_per_token == environment.usd_per_token[0]).all()
    assert environment.tokens.mean(axis=0) == pytest.approx([0.0, TYPICAL_TOKENS, TYPICAL_TOKENS])


def test_every_answer_of_a_replay_is_rated_at_once_as_what_it_is_worth() -> None:
    environment = replayed()

    (rater,) = environment.raters
    assert rater.source == "user"
    assert rater.rated.tolist() == [1] * 5
    assert rater.delay.tolist() == [0] * 5
    assert (rater.rating == environment.quality).all()


def test_a_rater_of_another_name_is_told_by_it() -> None:
    assert faithful(np.ones((2, 1)), "judge").source == "judge"


def test_the_same_seed_gives_the_same_stream_and_another_another() -> None:
    assert content(replayed(12)) == content(replayed(12))
    assert content(replayed(12)) != content(replayed(12, seed=1))


def test_every_model_can_be_chosen_unless_something_is_said() -> None:
    assert stream(2).able().tolist() == [[1, 1, 1]] * 2


def test_an_answer_costs_its_tokens_at_the_price_of_its_request() -> None:
    environment = stream(2)

    assert environment.cost_usd == pytest.approx(environment.tokens * PRICES)


def test_reward_is_quality_minus_weighted_cost() -> None:
    environment = stream(4)

    expected = environment.quality - 50.0 * environment.cost_usd
    assert environment.reward(50.0) == pytest.approx(expected)


def test_a_model_that_cannot_be_chosen_has_no_reward() -> None:
    able = np.array([[1, 0, 1], [1, 1, 1]])
    environment = replace(stream(2), available=able)

    assert (environment.able() == able).all()
    assert np.isneginf(environment.reward(0.0)).tolist() == (able == 0).tolist()
