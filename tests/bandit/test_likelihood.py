"""The likelihood is the density of the observations, in whichever form it is computed."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from bandit.likelihood import Joint, ModelByModel, likelihood
from bandit.observed import Observed
from bandit.posterior import Posterior
from bandit.prior import Prior
from bandit.scales import Scales
from tests.bandit.beliefs import World, repeatable, worlds

VARIANCE = st.floats(1e-6, 1.0)


@st.composite
def some_scales(draw: st.DrawFn) -> Scales:
    """Any that can be learned."""
    prior = Prior(*(draw(VARIANCE) for _ in fields(Prior)))
    return Scales(prior, {"user": draw(VARIANCE), "judge": draw(VARIANCE)})


def of_sources(posterior: Posterior, scales: Scales) -> Scales:
    """The same for what was heard of only."""
    noise = {source: scales.noise[source] for source in posterior.moments}
    return Scales(scales.prior, noise)


def observed(posterior: Posterior) -> dict[str, Observed]:
    return {source: Observed.of(posterior, source) for source in posterior.moments}


def ratings_only(world: World) -> World:
    rated = [one for one in world.evidence if len(one.signs) == 1]
    return World(world.size, world.models, rated)


@repeatable
@given(worlds(most_evidence=12), some_scales())
def test_the_log_evidence_is_the_density_of_the_observations(world: World, any_: Scales) -> None:
    posterior = world.learned()
    scales = of_sources(posterior, any_)
    h = np.zeros((len(world.evidence), len(world.models), world.size))
    for row, one in zip(h, world.evidence, strict=True):
        for model, sign in one.signs.items():
            row[posterior.index[model]] = sign * one.context
    rows = h.reshape(len(h), -1)
    noise = np.diag([scales.noise[one.source] for one in world.evidence])
    covariance = rows @ scales.prior.covariance(len(world.models), world.size) @ rows.T + noise

    density = multivariate_normal.logpdf(
        [one.value for one in world.evidence], rows @ posterior.prior_mean(), covariance
    )

    found = likelihood(posterior, posterior.moments).log_evidence(scales)
    assert found == pytest.approx(density, rel=1e-6, abs=1e-6)


@repeatable
@given(worlds(), st.lists(some_scales(), min_size=1, max_size=5))
def test_of_ratings_both_forms_say_the_same(world: World, tried: list[Scales]) -> None:
    posterior = ratings_only(world).learned()
    joint = Joint(posterior, observed(posterior))
    by_model = ModelByModel(posterior, observed(posterior))

    for any_ in tried:
        scales = of_sources(posterior, any_)
        expected = joint.log_evidence(scales)
        assert by_model.log_evidence(scales) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@repeatable
@given(worlds())
def test_models_are_taken_one_by_one_unless_something_ties_them(world: World) -> None:
    compared = any(len(one.signs) == 2 for one in world.evidence)

    posterior = world.learned()

    form = Joint if compared else ModelByModel
    assert isinstance(likelihood(posterior, posterior.moments), form)


@repeatable
@given(worlds(least_models=2))
def test_what_was_inherited_from_a_removed_model_counts(world: World) -> None:
    posterior = ratings_only(world).learned()
    posterior.remove_model(world.models[0])
    scales = Scales(posterior.prior, {s: posterior.noise_of(s) for s in posterior.moments})

    found = likelihood(posterior, posterior.moments).log_evidence(scales)

    expected = Joint(posterior, observed(posterior)).log_evidence(scales)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)
