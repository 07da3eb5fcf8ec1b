import itertools
from dataclasses import replace

import numpy as np
import pytest

from bandit.objective import Objective
from bandit.policies.weighted import Weighted
from simulations.logged import believed_reward, logged_decisions, shares, true_value
from simulations.policies import build
from simulations.run import run
from tests.simulations.coverage import held
from tests.simulations.recorder import Recorder
from tests.simulations.streams import MODELS, stream

DIAL = Objective(100.0)


@pytest.mark.parametrize(
    ("logger", "streams"),
    [
        ("thompson:floor=0.1", 150),
        ("thompson:floor=0.02", 25),
        ("thompson", 25),
        ("lin-ts", 25),
        ("epsilon-greedy:epsilon=0.1", 25),
    ],
)
def test_intervals_hold_the_true_value_95_times_in_100(logger: str, streams: int) -> None:
    """Of the best model, the worst, any at random, and of a choice by the prompt."""
    found = sorted(held(logger, streams, 240), key=lambda one: (one.target, one.estimator))

    for what, of in itertools.groupby(found, key=lambda one: (one.target, one.estimator)):
        holds = sum(one.holds for one in of)
        three_sigma = 3 * np.sqrt(streams * 0.95 * 0.05)
        assert holds >= 0.95 * streams - three_sigma, (what, holds)


def test_a_log_has_what_was_chosen_how_likely_it_was_and_what_it_earned() -> None:
    environment = stream(30)
    done = run(Recorder(lambda t: MODELS[t % 3]), environment, DIAL, np.random.default_rng(0))

    logged = logged_decisions(environment, done, DIAL)

    rows = np.arange(30)
    assert logged.chosen.tolist() == [t % 3 for t in range(30)]
    assert logged.propensity.tolist() == [1.0 - 0.5 / (t + 1) for t in range(30)]
    assert logged.reward.tolist() == environment.reward(100.0)[rows, rows % 3].tolist()
    assert logged.least == -100.0 * environment.cost_usd.max()


def test_what_was_believed_is_known_before_the_choice() -> None:
    environment = stream(30)
    done = run(Recorder(lambda t: MODELS[t % 3]), environment, DIAL, np.random.default_rng(0))

    believed = believed_reward(environment, done, DIAL)

    quality = np.arange(3) + np.arange(30)[:, None] / 100
    cost_usd = environment.tokens.mean(axis=0) * environment.usd_per_token
    assert believed == pytest.approx(quality - 100.0 * cost_usd, abs=1e-6)


def test_a_model_is_worth_the_mean_of_its_rewards() -> None:
    environment = stream(30)
    target = shares(Weighted({"fair": 1.0}), environment, DIAL, np.random.default_rng(0))

    assert (target == [0.0, 1.0, 0.0]).all()
    assert true_value(environment, DIAL, target) == environment.reward(100.0)[:, 1].mean()


def test_a_model_that_cannot_be_chosen_has_no_share_and_earns_nothing() -> None:
    able = np.ones((30, 3), dtype=np.intp)
    able[10:, 2] = 0
    environment = replace(stream(30), available=able)

    target = shares(Weighted(), environment, DIAL, np.random.default_rng(0))

    assert target[:10] == pytest.approx(np.full((10, 3), 1 / 3))
    assert (target[10:] == [0.5, 0.5, 0.0]).all()
    assert np.isfinite(true_value(environment, DIAL, target))


def test_a_frozen_policy_learns_nothing_from_being_asked() -> None:
    environment = stream(30)
    policy = build("thompson", MODELS, 2, seed=0)
    before = policy.to_bytes()

    target = shares(policy, environment, DIAL, np.random.default_rng(0))

    assert policy.to_bytes() == before
    assert target.sum(axis=1) == pytest.approx(np.ones(30))
    assert len(np.unique(target[:, 0])) > 1
