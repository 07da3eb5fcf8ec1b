"""Fixed, weighted and random choices."""

import numpy as np
import pytest

from bandit.decision import Choice
from bandit.objective import Objective
from bandit.policies.weighted import Weighted

OFFER = Choice(
    context=np.ones(1),
    candidates=("a", "b", "c"),
    cost_usd=np.array([0.01, 0.02, 0.03]),
    latency_seconds=np.zeros(3),
    objective=Objective(cost_weight=10.0),
)

POLICIES = {
    "fixed": (Weighted({"b": 1.0}), [0.0, 1.0, 0.0]),
    "weighted": (Weighted({"a": 3.0, "c": 1.0, "elsewhere": 9.0}), [0.75, 0.0, 0.25]),
    "random": (Weighted(), [1 / 3, 1 / 3, 1 / 3]),
    "fixed on a model that is no candidate": (Weighted({"d": 1.0}), [1 / 3, 1 / 3, 1 / 3]),
}


@pytest.mark.parametrize(("policy", "expected"), POLICIES.values(), ids=POLICIES)
def test_each_candidate_has_its_weight(policy: Weighted, expected: list[float]) -> None:
    decision = policy.decide(OFFER, np.random.default_rng(0))

    np.testing.assert_allclose(decision.propensities, expected)


def test_what_nothing_is_believed_of_is_worth_what_it_costs() -> None:
    decision = Weighted().decide(OFFER, np.random.default_rng(0))

    np.testing.assert_allclose(decision.utility, [-0.1, -0.2, -0.3])
