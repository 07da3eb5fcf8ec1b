"""What can choose request by request; each policy by the name that trials call it by."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from inspect import signature

from bandit.decision import Policy
from bandit.errors import ConfigError
from bandit.policies.beta_thompson import BetaThompson
from bandit.policies.cheapest import Cheapest
from bandit.policies.context_free import ContextFree
from bandit.policies.disjoint import Disjoint
from bandit.policies.epsilon_greedy import EpsilonGreedy
from bandit.policies.joint import joint_posterior
from bandit.policies.lin_ts import LinTs
from bandit.policies.linucb import LinUcb
from bandit.policies.round_robin import RoundRobin
from bandit.policies.thompson import Thompson
from bandit.policies.vowpal import Algorithm, Vowpal
from bandit.policies.weighted import Weighted
from bandit.posterior import Posterior
from bandit.prior import Prior
from simulations.registry import Entry, Option, entry_of, one_of, options_of
from simulations.yardsticks import YARDSTICKS

Models = tuple[str, ...]
Make = Callable[..., Policy]
"""From models, length of a context and seed, with the options by their names."""

PRIOR_QUALITY = 0.7
NOISE_STD = {"user": 0.4, "judge": 0.2}
"""What a service believes of models and of sources that it is told nothing else of."""


def build(written: str, models: Sequence[str], size: int, seed: int) -> Policy:
    """A policy that has learned nothing.

    Args:
        written: A name of `POLICIES`, with options or without: ``thompson:exploration=0.2``.
        models: What it can choose among.
        size: Length ``d`` of a context.
        seed: Of what a policy draws while it learns, where it does.

    Raises:
        ConfigError: There is no such policy, or it has no such option.
    """
    entry = entry_of(written, POLICIES, also=YARDSTICKS)
    return entry.make(tuple(models), size, seed, **options_of(written, entry))


def _thompson(
    models: Models,
    size: int,
    _seed: int,
    *,
    exploration: float,
    floor: float,
    calibrated: str,
    **scales: float,
) -> Thompson:
    prior = _joint(models, size, scales)
    return Thompson(prior, exploration, floor, _noise(), calibrated=calibrated == "yes")


def _blind_thompson(
    models: Models,
    _size: int,
    seed: int,
    *,
    exploration: float,
    floor: float,
    calibrated: str,
    **scales: float,
) -> ContextFree:
    draw = _thompson(
        models, 1, seed, exploration=exploration, floor=floor, calibrated=calibrated, **scales
    )
    return ContextFree(draw)


def _epsilon_greedy(
    models: Models, size: int, _seed: int, epsilon: float = 0.0, **scales: float
) -> EpsilonGreedy:
    return EpsilonGreedy(_joint(models, size, scales), epsilon, _noise())


def _linucb(models: Models, size: int, _seed: int, **options: float) -> LinUcb:
    return LinUcb(_priors(models), size, **options)


def _lin_ts(models: Models, size: int, _seed: int, **options: float) -> LinTs:
    return LinTs(_priors(models), size, **options)


def _beta_thompson(models: Models, _size: int, _seed: int) -> BetaThompson:
    return BetaThompson(_priors(models))


def _vowpal(algorithm: Algorithm) -> Make:
    return lambda _models, _size, seed: Vowpal(algorithm, seed)


def _fixed(models: Models, _size: int, _seed: int, model: str) -> Weighted:
    if model not in models:
        raise ConfigError(f"fixed:model is {model!r}", one_of(model, models))
    return Weighted({model: 1.0})


def _priors(models: Models) -> dict[str, float]:
    return dict.fromkeys(models, PRIOR_QUALITY)


def _joint(models: Models, size: int, scales: Mapping[str, float]) -> Posterior:
    return joint_posterior(_priors(models), size, Prior(**scales))


def _noise() -> dict[str, float]:
    return {source: std**2 for source, std in NOISE_STD.items()}


def _own(
    of: Callable[..., object], name: str, least: float = 0.0, most: float = math.inf
) -> dict[str, Option]:
    """An option that has the default of the policy itself."""
    return {name: Option(signature(of).parameters[name].default, least, most)}


_SCALES = {s.name: Option(getattr(Prior(), s.name), least=1e-9) for s in fields(Prior)}
_DRAW = (
    _own(Thompson, "exploration")
    | _own(Thompson, "floor", most=1.0)
    | {"calibrated": Option("yes", words=("yes", "no"))}
)
_RIDGE = _own(Disjoint, "ridge", least=1e-9)
_LI = (
    "Li, Chu, Langford and Schapire, A Contextual-Bandit Approach to Personalized News Article"
    " Recommendation, 2010, algorithm 1"
)
_BAKE_OFF = "Bietti, Agarwal and Langford, A Contextual Bandit Bake-off, 2021, section 3"

POLICIES: Mapping[str, Entry[Make]] = {
    "thompson": Entry(
        "one draw of quality for each model from the joint posterior: what a service does",
        "Agrawal and Goyal, Thompson Sampling for Contextual Bandits with Linear Payoffs, 2013,"
        " algorithm 1",
        _thompson,
        _DRAW | _SCALES,
    ),
    "thompson-context-free": Entry(
        "the same without a look at the prompt: one mean quality for each model",
        "Agrawal and Goyal, Further Optimal Regret Bounds for Thompson Sampling, 2013, algorithm 2",
        _blind_thompson,
        _DRAW | _SCALES,
    ),
    "greedy": Entry(
        "the best mean of the joint posterior for its price, always",
        "Bastani, Bayati and Khosravi, Mostly Exploration-Free Algorithms for Contextual Bandits,"
        " 2021",
        _epsilon_greedy,
        _SCALES,
    ),
    "epsilon-greedy": Entry(
        "greedy but for a share of choices made at random",
        "Sutton and Barto, Reinforcement Learning, 2nd edition, 2018, section 2.2",
        _epsilon_greedy,
        _own(EpsilonGreedy, "epsilon", most=1.0) | _SCALES,
    ),
    "linucb": Entry(
        "the best upper bound of a ridge regression for each model",
        _LI,
        _linucb,
        _own(LinUcb, "alpha") | _RIDGE,
    ),
    "linucb-forgetting": Entry(
        "linucb, with ratings that count for half after a while",
        "Russac, Vernade and Cappe, Weighted Linear Bandits for Non-Stationary Environments, 2019,"
        " algorithm 1",
        _linucb,
        _own(LinUcb, "alpha") | _RIDGE | {"half_life": Option(138.0, least=1.0)},
    ),
    "lin-ts": Entry(
        "one draw of quality for each model from its own ridge regression",
        "Agrawal and Goyal, Thompson Sampling for Contextual Bandits with Linear Payoffs, 2013,"
        " algorithm 1",
        _lin_ts,
        _own(LinTs, "scale") | _RIDGE,
    ),
    "beta-thompson": Entry(
        "one draw of each model's mean quality from a Beta, without a look at the prompt",
        "Chapelle and Li, An Empirical Evaluation of Thompson Sampling, 2011, algorithm 2",
        _beta_thompson,
    ),
    "vw-bag": Entry("Vowpal Wabbit: five bootstrapped regressors vote", _BAKE_OFF, _vowpal("bag")),
    "vw-squarecb": Entry(
        "Vowpal Wabbit: the less likely, the worse the prediction",
        "Foster and Rakhlin, Beyond UCB, 2020, algorithm 1",
        _vowpal("squarecb"),
    ),
    "vw-regcb": Entry(
        "Vowpal Wabbit: any that could be best by a confidence bound on regression",
        "Foster, Agarwal, Dudik, Luo and Schapire, Practical Contextual Bandits with Regression"
        " Oracles, 2018, algorithm 1",
        _vowpal("regcb"),
    ),
    "random": Entry("any, all alike", "", lambda _models, _size, _seed: Weighted()),
    "round-robin": Entry("one after the other", "", lambda _models, _size, _seed: RoundRobin()),
    "cheapest": Entry(
        "the least expected cost of each answer", "", lambda _models, _size, _seed: Cheapest()
    ),
    "fixed": Entry("one model, always: fixed:model=NAME", "", _fixed, {"model": Option("")}),
}
"""Every policy by its name."""
