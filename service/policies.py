"""From a route's configuration to its policy."""

from bandit.decision import Policy
from bandit.policies.round_robin import RoundRobin
from bandit.policies.thompson import Thompson
from bandit.policies.vowpal import Vowpal
from bandit.policies.weighted import Weighted
from bandit.posterior import Posterior
from bandit.prior import Prior
from service import settings


def build(route: settings.Route, configured: settings.Settings, size: int) -> Policy:
    """The policy of a route, knowing only its priors.

    Args:
        route: What to choose among, and how.
        configured: The models' prior qualities and the sources' noises.
        size: Length ``d`` of a context.
    """
    match route.policy:
        case settings.ThompsonPolicy() as how:
            return _thompson(route, configured, how, size)
        case settings.FixedPolicy(model=model):
            return Weighted({model: 1.0})
        case settings.WeightedPolicy(weights=weights):
            return Weighted(weights)
        case settings.RoundRobinPolicy():
            return RoundRobin()
        case settings.VowpalPolicy(algorithm=algorithm):
            return Vowpal(algorithm)
        case settings.RandomPolicy():
            return Weighted()


def policy_name(policy: settings.Policy) -> str:
    """The name of a policy, as the configuration spells it."""
    return str(policy.__struct_config__.tag)


def _thompson(
    route: settings.Route,
    configured: settings.Settings,
    how: settings.ThompsonPolicy,
    size: int,
) -> Thompson:
    posterior = Posterior(size, Prior())
    for name in route.candidates:
        posterior.add_model(name, configured.models[name].prior_quality)
    noise = {name: source.noise_std**2 for name, source in configured.sources.items()}
    return Thompson(posterior, how.exploration, how.floor, noise)
