"""The candidate that answers soonest."""

import numpy as np
from msgspec.structs import replace

from bandit.decision import Choice
from bandit.objective import Objective
from bandit.policies.fastest import Fastest


def offer(*seconds: float) -> Choice:
    models = ("a", "b", "c")[: len(seconds)]
    return Choice(np.ones(1), models, np.zeros(len(models)), np.array(seconds), Objective())


def models_of(policy: Fastest, choice: Choice, count: int) -> list[str]:
    rng = np.random.default_rng(0)
    return [policy.decide(choice, rng).model for _ in range(count)]


def test_the_least_latency_is_chosen_and_of_equals_the_first() -> None:
    decision = Fastest().decide(offer(2.0, 0.5, 0.5), np.random.default_rng(0))

    assert decision.model == "b"
    assert decision.propensities.tolist() == [0.0, 1.0, 0.0]
    assert decision.utility.tolist() == [-2.0, -0.5, -0.5]


def test_what_nobody_knows_comes_first_in_turn() -> None:
    assert models_of(Fastest(), offer(0.0, 0.5, 0.0), 4) == ["a", "c", "a", "c"]


def test_what_fails_is_not_tried_for_being_unknown() -> None:
    failing = replace(offer(0.0, 0.5), surcharge=np.array([0.01, 0.0]))

    assert models_of(Fastest(), failing, 3) == ["b", "b", "b"]


def test_without_exploring_it_stays_and_else_takes_the_fastest_known() -> None:
    held = replace(offer(0.9, 0.5, 0.0), explore=False, surcharge=np.array([0.0, 0.02, 0.02]))
    free = replace(offer(0.9, 0.5, 0.0), explore=False)

    assert models_of(Fastest(), held, 2) == ["a", "a"]
    assert models_of(Fastest(), free, 2) == ["b", "b"]
