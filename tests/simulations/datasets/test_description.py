from dataclasses import replace

import numpy as np
import pytest

from simulations.dataset import Dataset
from simulations.datasets import load
from simulations.datasets.description import ModelDescription, Stretch, describe


def made() -> Dataset:
    return Dataset(
        name="made",
        models=("large", "small"),
        ids=("1", "2", "3", "4"),
        prompts=("Why?",) * 4,
        sources=("x", "y", "y", "y"),
        quality=np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 0.5], [1.0, 0.5]]),
        cost_usd=np.array([[0.5, 0.125]] * 4),
    )


def test_models_are_told_from_the_cheapest_to_the_dearest() -> None:
    assert describe(made()).models == [
        ModelDescription("small", 0.5, 0.125, 0.5),
        ModelDescription("large", 0.75, 0.5, 0.75),
    ]


def test_the_oracle_takes_the_cheapest_of_the_best() -> None:
    told = describe(made())

    assert told.oracle_quality == 0.875
    assert told.oracle_cost_usd == (0.125 + 0.5 + 0.125 + 0.5) / 4


def test_sources_are_told_from_the_largest_on() -> None:
    assert describe(made()).sources == [("y", 3), ("x", 1)]


def test_the_best_single_model_changes_where_models_are_worth_the_same() -> None:
    assert describe(made()).stretches == [Stretch(1.5, "large"), Stretch(0.0, "small")]


def test_the_best_model_of_each_stretch_has_the_highest_reward_in_it() -> None:
    dataset = load("tutorial")
    quality, cost_usd = dataset.quality.mean(axis=0), dataset.cost_usd.mean(axis=0)

    for stretch in describe(dataset).stretches:
        reward = quality - cost_usd / (1.01 * stretch.above_usd or 1e-9)
        assert dataset.models[int(reward.argmax())] == stretch.model


@pytest.mark.parametrize(
    "dataset",
    [
        replace(made(), cost_usd=np.zeros((4, 2))),
        replace(made(), quality=np.ones((4, 2)), cost_usd=np.ones((4, 2))),
    ],
)
def test_where_cost_decides_nothing_one_model_is_best_throughout(dataset: Dataset) -> None:
    assert len(describe(dataset).stretches) == 1


def test_a_single_model_is_the_best() -> None:
    alone = replace(
        made(), models=("a",), quality=np.full((4, 1), 0.5), cost_usd=np.full((4, 1), 0.1)
    )

    assert describe(alone).stretches == [Stretch(0.0, "a")]
