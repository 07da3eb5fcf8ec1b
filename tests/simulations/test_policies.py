"""Policies by their names."""

import re

import numpy as np
import pytest

from bandit.arrays import Vector
from bandit.decision import Choice
from bandit.errors import ConfigError
from bandit.objective import Objective
from bandit.policies.context_free import ContextFree
from bandit.policies.epsilon_greedy import EpsilonGreedy
from bandit.policies.lin_ts import LinTs
from bandit.policies.linucb import LinUcb
from bandit.policies.thompson import Thompson
from bandit.policies.vowpal import Vowpal
from bandit.policies.weighted import Weighted
from service import policies as service_policies
from service.settings import loads
from simulations.policies import POLICIES, build
from simulations.yardsticks import YARDSTICKS

MODELS = ("small", "large")
HOME_MADE = {"random", "round-robin", "cheapest", "fixed"}


def test_every_policy_is_described_and_names_its_paper() -> None:
    for name, entry in POLICIES.items():
        assert entry.description
        assert name in HOME_MADE or re.search(r", (19|20)\d\d", entry.source), name


def test_no_name_means_two_things() -> None:
    assert not POLICIES.keys() & YARDSTICKS.keys()


def test_thompson_is_what_a_service_has_by_default() -> None:
    price = "{usd_per_million_tokens_in: 1, usd_per_million_tokens_out: 1}"
    model = f"{{base_url: http://127.0.0.1:9/v1, price: {price}}}"
    settings = loads(f"models: {{small: {model}, large: {model}}}", {})
    theirs = service_policies.build(settings.routes["default"], settings, 5)

    ours = build("thompson", MODELS, 5, seed=0)

    assert isinstance(ours, Thompson)
    assert isinstance(theirs, Thompson)
    assert ours.to_bytes() == theirs.to_bytes()
    assert (ours.exploration, ours.floor) == (theirs.exploration, theirs.floor)


def test_options_arrive() -> None:
    thompson = build("thompson:exploration=0.2,floor=0.01,own_weight=0.005", MODELS, 3, seed=0)
    greedy = build("epsilon-greedy:epsilon=0.3", MODELS, 3, seed=0)
    optimist = build("linucb:alpha=1e-2,ridge=7", MODELS, 3, seed=0)
    sampler = build("lin-ts:scale=0.4", MODELS, 3, seed=0)

    assert isinstance(thompson, Thompson)
    assert (thompson.exploration, thompson.floor) == (0.2, 0.01)
    assert thompson.posterior.prior.own_weight == 0.005
    assert isinstance(greedy, EpsilonGreedy)
    assert greedy.floor == 0.3
    assert isinstance(optimist, LinUcb)
    assert (optimist.alpha, optimist.ridges.ridge, optimist.half_life) == (0.01, 7.0, None)
    assert isinstance(sampler, LinTs)
    assert sampler.scale == 0.4


def test_what_forgets_keeps_199_parts_in_200() -> None:
    policy = build("linucb-forgetting", MODELS, 3, seed=0)

    assert isinstance(policy, LinUcb)
    assert policy.half_life is not None
    assert 0.5 ** (1.0 / policy.half_life) == pytest.approx(0.995, abs=1e-4)


def test_greedy_never_tries() -> None:
    policy = build("greedy", MODELS, 3, seed=0)

    assert isinstance(policy, EpsilonGreedy)
    assert (policy.exploration, policy.floor) == (0.0, 0.0)


def test_context_free_is_thompson_in_one_dimension() -> None:
    policy = build("thompson-context-free:exploration=0.7", MODELS, 3, seed=0)

    assert isinstance(policy, ContextFree)
    assert isinstance(policy.policy, Thompson)
    assert policy.policy.exploration == 0.7
    assert policy.policy.posterior.size == 1


def test_the_seed_is_that_of_vowpal_wabbit() -> None:
    policy = build("vw-regcb", MODELS, 3, seed=17)

    assert isinstance(policy, Vowpal)
    assert (policy.algorithm, policy.seed) == ("regcb", 17)


def test_a_fixed_model_may_be_called_anything() -> None:
    policy = build("fixed:model=org/llama:8b=q4", ("org/llama:8b=q4", "b"), 3, seed=0)

    assert isinstance(policy, Weighted)
    assert policy.decide(offer(np.ones(3), ("b", "org/llama:8b=q4")), RNG).chosen == 1


@pytest.mark.parametrize(
    ("written", "fact", "remedy"),
    [
        ("thomson", "no policy 'thomson'", "did you mean thompson?"),
        ("best-singel", "no policy 'best-singel'", "did you mean best-single?"),
        ("thompson:flor=0.1", "thompson has no option 'flor'", "did you mean floor?"),
        ("random:floor=0.1", "random has no option 'floor'", "leave it out"),
        ("thompson:floor=1.1", "thompson:floor is '1.1'", "from 0 to 1"),
        ("thompson:floor=nan", "thompson:floor is 'nan'", "a number from 0 to 1"),
        ("linucb:alpha=inf", "linucb:alpha is 'inf'", "a number of at least 0"),
        ("linucb:alpha=", "linucb:alpha is ''", "a number"),
        ("linucb:alpha", "linucb:alpha is ''", "a number"),
        ("linucb:ridge=0", "linucb:ridge is '0'", "of at least 1e-09"),
        ("linucb:alpha=1,alpha=2", "gives alpha twice", "once"),
        ("linucb:", "linucb has no option ''", "use one of: alpha, ridge"),
        ("fixed", "fixed needs model", "fixed:model="),
        ("fixed:model=smal", "fixed:model is 'smal'", "did you mean small?"),
    ],
)
def test_what_cannot_be_built_is_told_with_what_was_probably_meant(
    written: str, fact: str, remedy: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        build(written, MODELS, 3, seed=0)

    assert fact in refused.value.fact
    assert remedy in refused.value.remedy


RNG = np.random.default_rng(0)


def offer(context: Vector, candidates: tuple[str, ...]) -> Choice:
    nothing = np.zeros(len(candidates))
    return Choice(context, candidates, nothing, nothing, Objective())
