"""The joint posterior that policies start from."""

from collections.abc import Mapping

from bandit.posterior import Posterior
from bandit.prior import Prior

_CAUTION = 1.3
"""Models err unequally, and quality is no straight line of a context: where ratings are counted
with the noise that is learned of them and no more, 90 % intervals hold too little."""


def joint_posterior(
    prior_quality: Mapping[str, float], size: int, prior: Prior | None = None
) -> Posterior:
    """A belief that no rating has moved yet.

    Args:
        prior_quality: The models, and what each is expected to do.
        size: Length ``d`` of a context.
        prior: The scales; by default those that are believed of any models.
    """
    posterior = Posterior(size, prior or Prior(), caution=_CAUTION)
    for model, quality in prior_quality.items():
        posterior.add_model(model, quality)
    return posterior
