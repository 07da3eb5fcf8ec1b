"""The least expensive candidate."""

import numpy as np

from bandit.decision import Choice
from bandit.objective import Objective
from bandit.policies.cheapest import Cheapest


def test_the_least_expected_cost_is_chosen_and_of_equals_the_first() -> None:
    cost_usd = np.array([0.02, 0.01, 0.01])
    offer = Choice(np.ones(1), ("a", "b", "c"), cost_usd, np.zeros(3), Objective(2.0))

    decision = Cheapest().decide(offer, np.random.default_rng(0))

    assert decision.model == "b"
    assert decision.propensities.tolist() == [0.0, 1.0, 0.0]
    np.testing.assert_allclose(decision.utility, [-0.04, -0.02, -0.02])
