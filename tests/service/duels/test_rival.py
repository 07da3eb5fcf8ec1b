"""The second decision of a duel."""

from collections import Counter

import numpy as np
import pytest

from bandit.decision import Choice
from bandit.objective import Objective
from bandit.policies.thompson import Thompson
from bandit.posterior import Posterior
from bandit.prior import Prior
from service.deciding import Decided
from service.duels.rival import rival
from tests.service.storage.samples import decision

MODELS = {"small": 0.5, "medium": 0.6, "large": 0.65}


def thompson() -> Thompson:
    posterior = Posterior(2, Prior())
    for name, quality in MODELS.items():
        posterior.add_model(name, quality)
    return Thompson(posterior)


def first(policy: Thompson, rng: np.random.Generator) -> Decided:
    choice = Choice(
        context=np.array([1.0, 0.5]),
        candidates=tuple(MODELS),
        cost_usd=np.array([0.0001, 0.0005, 0.001]),
        latency_seconds=np.zeros(3),
        objective=Objective(20.0),
        surcharge=np.zeros(3),
    )
    decided = policy.decide(choice, rng)
    return Decided(decided, decision(chosen=decided.model, key="web-app"), choice)


def test_it_is_drawn_among_the_others_with_the_propensity_that_is_told() -> None:
    policy, rng = thompson(), np.random.default_rng(1)
    made = first(policy, rng)
    drawn = [second for _ in range(4000) if (second := rival(made, policy, rng))]
    chosen = Counter(second.record.chosen for second in drawn)

    others = [name for name in MODELS if name != made.record.chosen]
    told = dict(zip(others, drawn[0].decision.propensities.tolist(), strict=True))
    assert drawn[0].decision.candidates == tuple(others)
    assert sum(told.values()) == pytest.approx(1.0)
    for name in others:
        assert chosen[name] / 4000 == pytest.approx(told[name], abs=0.03)


def test_it_is_a_record_of_its_own_and_no_turn_of_the_conversation() -> None:
    policy, rng = thompson(), np.random.default_rng(2)
    made = first(policy, rng)
    second = rival(made, policy, rng)

    assert second is not None
    record, other = second.record, made.record
    assert (record.policy, record.conversation, record.session_id) == ("duel", None, None)
    assert record.id > other.id
    assert (record.prompt_hash, record.route) == (other.prompt_hash, other.route)
    assert record.key == "web-app"
    assert record.propensity == second.decision.propensity


def test_a_model_that_judges_is_not_asked() -> None:
    policy, rng = thompson(), np.random.default_rng(3)
    made = first(policy, rng)
    others = [name for name in MODELS if name != made.record.chosen]
    second = rival(made, policy, rng, without={others[0]})

    assert second is not None
    assert second.record.chosen == others[1]
    assert second.record.left_out[others[0]] == "compares the answers"
    assert rival(made, policy, rng, without=set(others)) is None
