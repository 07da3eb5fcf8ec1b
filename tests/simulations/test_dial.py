import math
from itertools import pairwise

import numpy as np

from simulations.dial import between, crossings, default_settings, sweep

QUALITY = np.array([0.5, 0.6, 0.7, 0.8, 0.85, 0.84])
COST = np.array([0.0, 0.001, 0.005, 0.02, 0.1, 0.2])


def best(willingness: float) -> int:
    return int(np.argmax(QUALITY - COST / willingness))


def test_the_best_fixed_model_changes_at_each_crossing_and_nowhere_else() -> None:
    found = crossings(QUALITY, COST)

    cuts = [math.inf, *found, 0.0]
    inside = [[low + (high - low) * f for f in (0.01, 0.99)] for high, low in _pairs(cuts)]
    assert [[best(w) for w in pair] for pair in inside] == [[4, 4], [3, 3], [2, 2], [1, 1], [0, 0]]


def test_a_model_that_is_best_and_cheapest_leaves_nothing_to_cross() -> None:
    assert crossings(np.array([0.9, 0.5]), np.array([0.1, 0.2])) == []
    assert default_settings(np.array([0.9, 0.5]), np.array([0.1, 0.2])) == [math.inf]


def test_models_that_cost_nothing_have_a_dial_of_one_setting() -> None:
    assert sweep(np.array([0.9, 0.5]), np.zeros(2), points=9) == [math.inf]


def test_defaults_are_infinity_and_at_most_three_crossings() -> None:
    settings = default_settings(QUALITY, COST)

    assert settings[0] == math.inf
    assert len(settings) == 4
    assert settings == sorted(settings, reverse=True)


def test_a_sweep_reaches_from_all_cheap_to_cost_ignored() -> None:
    settings = sweep(QUALITY, COST, points=9)

    assert len(settings) == 9
    assert best(settings[0]) == 0
    assert best(settings[-2]) == 4
    assert settings[-1] == math.inf


def test_refinement_asks_only_between_neighbours_that_lie_too_far_apart() -> None:
    settings = [0.01, 0.02, 0.04, math.inf]

    assert between(settings, [0.0, 0.05, 0.5, 0.9], most=0.1) == [0.0283, 0.4]


def _pairs(cuts: list[float]) -> list[tuple[float, float]]:
    finite = [min(cut, 10.0) for cut in cuts]
    return list(pairwise(finite))
