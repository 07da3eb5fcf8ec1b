"""From the configuration to the policies of the mathematics."""

import inspect
from typing import get_args

import msgspec
import pytest

from bandit.decision import Policy
from bandit.policies.beta_thompson import BetaThompson
from bandit.policies.cheapest import Cheapest
from bandit.policies.disjoint import Disjoint
from bandit.policies.epsilon_greedy import EpsilonGreedy
from bandit.policies.fastest import Fastest
from bandit.policies.lin_ts import LinTs
from bandit.policies.linucb import LinUcb
from bandit.policies.round_robin import RoundRobin
from bandit.policies.thompson import Thompson
from bandit.policies.vowpal import Vowpal
from bandit.policies.weighted import Weighted
from service import settings
from service.policies import build, policy_name
from service.settings import loads

MODELS = """
models:
  small: {base_url: https://api.openai.com/v1, price: gpt-4o-mini, prior_quality: 0.4}
  large: {base_url: https://api.openai.com/v1, price: gpt-4o, prior_quality: 0.8}
"""
WRITTEN = {
    "{kind: thompson, exploration: 0.2, floor: 0.1}": Thompson,
    "{kind: epsilon-greedy, epsilon: 0.2}": EpsilonGreedy,
    "{kind: linucb, alpha: 0.2, ridge: 5, half_life: 100}": LinUcb,
    "{kind: lin-ts, scale: 0.2, ridge: 5, half_life: 100}": LinTs,
    "beta-thompson": BetaThompson,
    "vw": Vowpal,
    "cheapest": Cheapest,
    "fastest": Fastest,
    "{kind: fixed, model: small}": Weighted,
    "round-robin": RoundRobin,
    "{kind: weighted, weights: {small: 1, large: 2}}": Weighted,
    "random": Weighted,
}


def built(written: str) -> Policy:
    configured = loads(f"{MODELS}\nroutes: {{default: {{policy: {written}}}}}", {})
    return build(configured.routes["default"], configured, size=3)


def test_every_kind_is_built() -> None:
    assert {written: type(built(written)) for written in WRITTEN} == WRITTEN


def test_every_kind_is_written_here() -> None:
    configured = [
        loads(f"{MODELS}\nroutes: {{default: {{policy: {written}}}}}", {}) for written in WRITTEN
    ]

    names = {policy_name(one.routes["default"].policy) for one in configured}

    assert names == {kind.__struct_config__.tag for kind in get_args(settings.Policy)}


def test_what_is_configured_arrives() -> None:
    thompson = built("{kind: thompson, exploration: 0.2, floor: 0.1}")
    greedy = built("{kind: epsilon-greedy, epsilon: 0.2}")
    optimist = built("{kind: linucb, alpha: 0.2, ridge: 5, half_life: 100}")
    sampler = built("{kind: lin-ts, scale: 0.3, ridge: 5, half_life: 100}")

    assert isinstance(thompson, Thompson)
    assert (thompson.exploration, thompson.floor) == (0.2, 0.1)
    assert isinstance(greedy, EpsilonGreedy)
    assert (greedy.exploration, greedy.floor) == (0.0, 0.2)
    assert isinstance(optimist, LinUcb)
    assert isinstance(sampler, LinTs)
    assert (optimist.alpha, sampler.scale) == (0.2, 0.3)
    assert (optimist.half_life, optimist.ridges.ridge) == (100.0, 5.0)
    assert (sampler.half_life, sampler.ridges.ridge) == (100.0, 5.0)


@pytest.mark.parametrize("written", ["thompson", "epsilon-greedy"])
def test_the_joint_policies_know_the_prior_qualities_and_the_sources(written: str) -> None:
    policy = built(written)

    assert isinstance(policy, Thompson)
    assert policy.posterior.prior_quality == {"small": 0.4, "large": 0.8}
    assert policy.posterior.noise == {"user": pytest.approx(0.16), "judge": pytest.approx(0.04)}


@pytest.mark.parametrize("written", ["linucb", "lin-ts"])
def test_the_disjoint_policies_know_the_prior_qualities(written: str) -> None:
    policy = built(written)

    assert isinstance(policy, Disjoint)
    assert policy.ridges.prior_quality == {"small": 0.4, "large": 0.8}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (settings.EpsilonGreedyPolicy(), EpsilonGreedy),
        (settings.LinUcbPolicy(), LinUcb),
        (settings.LinTsPolicy(), LinTs),
    ],
)
def test_the_defaults_are_those_of_the_mathematics(
    ours: msgspec.Struct, theirs: type[object]
) -> None:
    parameters = inspect.signature(theirs).parameters

    assert msgspec.structs.asdict(ours) == {
        name: parameters[name].default for name in ours.__struct_fields__
    }
