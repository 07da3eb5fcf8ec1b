"""From a route's configuration to its policy."""

from collections.abc import Mapping

from bandit.decision import Policy
from bandit.policies.beta_thompson import BetaThompson
from bandit.policies.cheapest import Cheapest
from bandit.policies.epsilon_greedy import EpsilonGreedy
from bandit.policies.fastest import Fastest
from bandit.policies.joint import joint_posterior
from bandit.policies.lin_ts import LinTs
from bandit.policies.linucb import LinUcb
from bandit.policies.round_robin import RoundRobin
from bandit.policies.thompson import Thompson
from bandit.policies.vowpal import Vowpal
from bandit.policies.weighted import Weighted
from service import settings

_Joint = settings.ThompsonPolicy | settings.EpsilonGreedyPolicy
_Separate = settings.LinUcbPolicy | settings.LinTsPolicy | settings.BetaThompsonPolicy
_Unlearned = (
    settings.FixedPolicy
    | settings.WeightedPolicy
    | settings.RoundRobinPolicy
    | settings.RandomPolicy
    | settings.CheapestPolicy
    | settings.FastestPolicy
)


def build(route: settings.Route, configured: settings.Settings, size: int) -> Policy:
    """The policy of a route, knowing only its priors.

    Args:
        route: What to choose among, and how.
        configured: The models' prior qualities and the sources' noises.
        size: Length ``d`` of a context.
    """
    priors = {name: configured.models[name].prior_quality for name in route.candidates}
    match route.policy:
        case settings.ThompsonPolicy() | settings.EpsilonGreedyPolicy() as how:
            noise = {name: source.noise_std**2 for name, source in configured.sources.items()}
            return _joint(how, priors, size, noise)
        case (
            settings.LinUcbPolicy() | settings.LinTsPolicy() | settings.BetaThompsonPolicy() as how
        ):
            return _separate(how, priors, size)
        case settings.VowpalPolicy(algorithm=algorithm):
            return Vowpal(algorithm)
        case how:
            return _unlearned(how)


def policy_name(policy: settings.Policy) -> str:
    """The name of a policy, as the configuration spells it."""
    return str(policy.__struct_config__.tag)


def _joint(
    how: _Joint, priors: Mapping[str, float], size: int, noise: dict[str, float]
) -> Thompson:
    posterior = joint_posterior(priors, size)
    match how:
        case settings.ThompsonPolicy(exploration=exploration, floor=floor):
            return Thompson(posterior, exploration, floor, noise)
        case settings.EpsilonGreedyPolicy(epsilon=epsilon):
            return EpsilonGreedy(posterior, epsilon, noise)


def _separate(how: _Separate, priors: Mapping[str, float], size: int) -> Policy:
    match how:
        case settings.LinUcbPolicy(alpha=alpha, ridge=ridge, half_life=half_life):
            return LinUcb(priors, size, alpha, ridge, half_life)
        case settings.LinTsPolicy(scale=scale, ridge=ridge, half_life=half_life):
            return LinTs(priors, size, scale, ridge, half_life)
        case settings.BetaThompsonPolicy():
            return BetaThompson(priors)


def _unlearned(how: _Unlearned) -> Policy:
    match how:
        case settings.FixedPolicy(model=model):
            return Weighted({model: 1.0})
        case settings.WeightedPolicy(weights=weights):
            return Weighted(weights)
        case settings.RoundRobinPolicy():
            return RoundRobin()
        case settings.CheapestPolicy():
            return Cheapest()
        case settings.FastestPolicy():
            return Fastest()
        case settings.RandomPolicy():
            return Weighted()
