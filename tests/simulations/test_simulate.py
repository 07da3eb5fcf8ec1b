import msgspec
import pytest

from bandit.errors import ConfigError
from simulations.simulate import Failure, attempt, simulate_trial, stream
from simulations.synthetic import Synthetic
from simulations.trial import Measured, Trial
from tests.simulations.streams import content

WORLD = Synthetic(skills=3, models=3)


def trial(policy: str = "thompson", seed: int = 0, scenario: str = "plain") -> Trial:
    return Trial(policy, scenario, 0.05, seed, 120)


def timeless(measured: Measured) -> Measured:
    return msgspec.structs.replace(measured, seconds=0.0)


@pytest.mark.parametrize("policy", ["thompson", "vw-bag", "random", "knn-offline"])
def test_equal_trials_come_to_the_same(policy: str) -> None:
    first, second = (simulate_trial(trial(policy), WORLD) for _ in range(2))

    assert timeless(first) == timeless(second)


def test_another_seed_comes_to_something_else() -> None:
    first, second = (simulate_trial(trial(seed=seed), WORLD) for seed in range(2))

    assert first.reward != second.reward


def test_the_requests_of_a_seed_are_the_same_whenever_they_are_drawn() -> None:
    first, again, other = (stream(WORLD, "hostile", 120, seed) for seed in (0, 0, 1))

    assert content(first) == content(again)
    assert content(first) != content(other)


def test_every_policy_is_held_against_the_same_requests() -> None:
    found = [simulate_trial(trial(policy), WORLD) for policy in ("thompson", "best-single")]

    assert found[0].best_single_reward == found[1].best_single_reward == found[1].reward
    assert found[0].oracle_reward == found[1].oracle_reward


def test_a_trial_of_something_unknown_is_refused() -> None:
    with pytest.raises(ConfigError, match="there is no policy 'thomson'"):
        simulate_trial(trial("thomson"), WORLD)


def test_a_trial_that_fails_is_told_with_the_reason_and_the_place() -> None:
    came = attempt(trial(scenario="death:model=nobody"), WORLD)

    assert isinstance(came, Failure)
    assert came.trial.scenario == "death:model=nobody"
    assert came.why.startswith("ConfigError: there is no model 'nobody'")
    assert "changes.py:" in came.why
