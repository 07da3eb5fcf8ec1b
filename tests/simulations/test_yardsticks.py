"""Choices in hindsight and from full information."""

import re
from dataclasses import replace

import numpy as np
import pytest

from bandit.arrays import Indices, Matrix
from bandit.errors import ConfigError
from bandit.objective import Objective
from simulations.cross_fitting import cross_fit, everything, some
from simulations.environment import Environment, faithful
from simulations.predictors import nearest
from simulations.yardsticks import YARDSTICKS, choose, cross_fitted_quality, is_yardstick

FREE, DEAR = Objective(0.0), Objective(10.0)
MODELS = ("small", "medium", "large")


def world(quality: Matrix, contexts: Matrix | None = None) -> Environment:
    """Models that cost nothing, a cent and two; every request is a prompt of its own."""
    length, count = quality.shape
    return Environment(
        name="made",
        models=MODELS[:count],
        contexts=np.ones((length, 2)) if contexts is None else contexts,
        rows=np.arange(length),
        sources=("here",) * length,
        quality=quality,
        tokens=np.full(quality.shape, 100.0),
        usd_per_token=np.broadcast_to([0.0, 0.0001, 0.0002][:count], quality.shape),
        raters=(faithful(quality),),
    )


def chosen(name: str, environment: Environment, objective: Objective = FREE) -> list[int]:
    indices: list[int] = choose(name, environment, objective, np.random.default_rng(0)).tolist()
    return indices


def linear(length: int = 400, seed: int = 0) -> Environment:
    """The large model is better where ``x > 0.1``, by as much."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1.0, 1.0, length)
    quality = np.column_stack([np.full(length, 0.5), 0.45 + 0.5 * x])
    return world(quality, np.column_stack([np.ones(length), x]))


SOME = world(np.array([[0.5, 0.9, 0.9], [0.6, 0.5, 0.9], [0.4, 0.6, 0.4], [0.5, 0.5, 0.5]]))


def test_the_best_single_model_has_the_largest_mean_reward() -> None:
    assert chosen("best-single", SOME) == [2] * 4
    assert chosen("best-single", SOME, DEAR) == [1] * 4


def test_the_oracle_takes_the_best_of_each_request_and_of_equals_the_cheaper() -> None:
    assert chosen("oracle", SOME) == [1, 2, 1, 0]
    assert chosen("oracle", SOME, DEAR) == [1, 2, 1, 0]
    assert chosen("oracle", SOME, Objective(100.0)) == [0] * 4
    upside_down = replace(SOME, usd_per_token=SOME.usd_per_token[:, ::-1])
    assert chosen("oracle", upside_down) == [2, 2, 1, 2]


def test_strength_is_quality_and_cheapness_is_cost_whatever_the_dial_says() -> None:
    for objective in (FREE, DEAR):
        assert chosen("strongest", SOME, objective) == [2] * 4
        assert chosen("cheapest-single", SOME, objective) == [0] * 4


def test_where_a_model_is_unable_the_next_best_stands_in() -> None:
    able: Indices = np.array([[1, 1, 1], [1, 1, 0], [0, 1, 0], [1, 0, 1]])
    broken = replace(SOME, available=able)

    assert chosen("strongest", broken) == [2, 1, 1, 2]
    assert chosen("cheapest-single", broken) == [0, 0, 1, 0]


@pytest.mark.parametrize("name", YARDSTICKS)
def test_every_choice_is_of_a_model_that_is_able(name: str) -> None:
    rng = np.random.default_rng(1)
    able = (rng.random((60, 3)) < 0.5).astype(np.intp)
    able[np.arange(60), rng.integers(3, size=60)] = 1
    broken = replace(world(rng.random((60, 3))), available=able)

    assert able[np.arange(60), chosen(name, broken, DEAR)].all()


@pytest.mark.parametrize("name", ["ridge-full", "ridge-offline", "knn-offline:k=3"])
def test_from_full_information_the_better_model_is_told_from_the_prompt(name: str) -> None:
    environment = linear()
    better = environment.contexts[:, 1] > 0.1

    right = np.array(chosen(name, environment)) == better

    assert right.mean() > 0.95


@pytest.mark.parametrize("name", ["ridge-full", "ridge-offline", "knn-offline:k=3"])
def test_what_was_learned_is_weighed_against_the_price(name: str) -> None:
    environment = linear()
    better = environment.contexts[:, 1] > 0.3

    right = np.array(chosen(name, environment, DEAR)) == better

    assert right.mean() > 0.95


def test_a_line_is_predicted_as_it_is() -> None:
    environment = linear()

    np.testing.assert_allclose(cross_fitted_quality(environment), environment.quality, atol=1e-3)


def test_no_prompt_is_predicted_by_a_fit_that_has_seen_it() -> None:
    """Nobody is its own nearest neighbour, though each prompt comes three times."""
    rows = np.random.default_rng(4).permutation(np.tile(np.arange(60), 3))
    contexts = np.random.default_rng(5).standard_normal((60, 4))[rows]
    every, own = np.ones(len(rows), dtype=np.intp), rows[:, None].astype(float)

    predicted = cross_fit(nearest(1, "euclidean"), contexts, own, rows, every)

    assert (predicted != own).all()
    assert np.isin(predicted, own).all()


def test_long_answers_count_by_their_mean_and_not_by_what_is_typical() -> None:
    """The better model's answers cost 0.03 mostly and 2 sometimes, 0.2 on average."""
    plain = world(np.tile([0.5, 0.6], (400, 1)))
    tokens = np.where(np.random.default_rng(2).random((400, 2)) < 0.1, 1000.0, 15.0)
    skewed = replace(plain, tokens=tokens)

    for name in ("ridge-full", "ridge-offline", "knn-offline"):
        assert chosen(name, skewed, Objective(20.0)) == [0] * 400


def test_a_prompt_that_comes_again_counts_once() -> None:
    rows = np.array([0, 1, 0, 2, 1, 0])
    again = replace(world(np.ones((6, 1))), rows=rows)

    assert everything(again).tolist() == [1, 1, 0, 1, 0, 0]
    assert everything(replace(again, changed_at=3)).tolist() == [1, 1, 0, 1, 1, 1]


def test_after_a_change_other_quality_is_predicted() -> None:
    before = linear()
    quality = before.quality.copy()
    quality[200:, 0] = 0.2
    changed = replace(before, quality=quality, changed_at=200)

    predicted = cross_fitted_quality(changed)[:, 0]

    np.testing.assert_allclose(predicted[:200], 0.5, atol=0.01)
    np.testing.assert_allclose(predicted[200:], 0.2, atol=0.01)


def test_a_static_router_learns_from_its_share_of_what_came_before_the_change() -> None:
    learned = some(replace(linear(), changed_at=300), 0.1, np.random.default_rng(0))

    assert learned.sum() == 30
    assert not learned[300:].any()


def test_other_shares_are_drawn_by_another_generator_alone() -> None:
    environment = linear()

    one, same, other = (some(environment, 0.5, np.random.default_rng(s)) for s in (0, 0, 1))

    assert one.tolist() == same.tolist()
    assert one.tolist() != other.tolist()


@pytest.mark.parametrize("name", YARDSTICKS)
def test_one_request_can_be_chosen_for(name: str) -> None:
    assert chosen(name, world(np.array([[0.5, 0.9]])), DEAR) in ([0], [1])


def test_yardsticks_are_known_by_their_names_and_described() -> None:
    assert is_yardstick("knn-offline:k=5")
    assert not is_yardstick("thompson")
    for name, entry in YARDSTICKS.items():
        learned = name.startswith(("ridge", "knn"))
        assert entry.description
        assert not learned or re.search(r", (19|20)\d\d$", entry.source)


@pytest.mark.parametrize(
    ("written", "fact", "remedy"),
    [
        ("orcale", "no policy 'orcale'", "did you mean oracle?"),
        ("knn-offline:k=2.5", "knn-offline:k is '2.5'", "a whole number"),
        ("knn-offline:metric=cosin", "knn-offline:metric is 'cosin'", "did you mean cosine?"),
        ("ridge-offline:share=0", "ridge-offline:share is '0'", "from 0.001 to 1"),
    ],
)
def test_what_cannot_be_chosen_is_told_with_what_was_probably_meant(
    written: str, fact: str, remedy: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        choose(written, SOME, FREE, np.random.default_rng(0))

    assert fact in refused.value.fact
    assert remedy in refused.value.remedy
