"""The scales learned are those the evidence makes likely."""

import numpy as np
import pytest
from hypothesis import given
from scipy.stats import multivariate_normal

from bandit.empirical_bayes import EmpiricalBayes, Scales, log_evidence
from bandit.evidence import Evidence
from bandit.posterior import Posterior
from bandit.prior import Prior
from tests.bandit.beliefs import World, repeatable, worlds

SIZE = 4


def synthetic(noise: dict[str, float], count: int, prior: Prior, seed: int = 0) -> Posterior:
    """A posterior that saw ratings of three models with weights drawn from a prior."""
    rng, models = np.random.default_rng(seed), ("a", "b", "c")
    posterior = Posterior(SIZE, Prior())
    for model in models:
        posterior.add_model(model, 0.5)
    covariance = prior.covariance(len(models), SIZE)
    weights = rng.multivariate_normal(posterior.prior_mean(), covariance).reshape(-1, SIZE)
    evidence = []
    for _ in range(count):
        k, source = rng.integers(3), sorted(noise)[rng.integers(len(noise))]
        x = np.concatenate(([1.0], rng.standard_normal(SIZE - 1)))
        value = weights[k] @ x + np.sqrt(noise[source]) * rng.standard_normal()
        evidence.append(Evidence.of_rating(x, models[k], float(value), source))
    posterior.observe_all(evidence)
    return posterior


def fitted_at_intervals(posterior: Posterior, start_noise: dict[str, float]) -> Posterior:
    """Fitted as often as two hundred ratings make it due; one fit moves a scale sixteenfold."""
    for _ in range(4):
        EmpiricalBayes(Prior()).fit(posterior, start_noise)
    return posterior


def height(posterior: Posterior) -> float:
    return log_evidence(posterior, scales(posterior))


def scales(posterior: Posterior) -> Scales:
    noise = {source: posterior.noise_of(source) for source in posterior.moments}
    return Scales(posterior.prior, noise)


@repeatable
@given(worlds(most_evidence=12))
def test_the_log_evidence_is_the_density_of_the_observations(world: World) -> None:
    posterior = world.learned()
    h = np.zeros((len(world.evidence), len(world.models), world.size))
    for row, one in zip(h, world.evidence, strict=True):
        for model, sign in one.signs.items():
            row[posterior.index[model]] = sign * one.context
    rows = h.reshape(len(h), -1)
    noise = np.diag([posterior.noise_of(one.source) for one in world.evidence])
    covariance = rows @ posterior.prior.covariance(len(world.models), world.size) @ rows.T + noise

    density = multivariate_normal.logpdf(
        [one.value for one in world.evidence], rows @ posterior.prior_mean(), covariance
    )

    assert height(posterior) == pytest.approx(density, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("noise", [0.002, 0.02, 0.2])
def test_the_noise_of_a_source_is_found(noise: float) -> None:
    posterior = fitted_at_intervals(synthetic({"user": noise}, 400, Prior()), {})

    assert noise / 1.5 < posterior.noise_of("user") < noise * 1.5


def test_each_source_has_its_own_noise() -> None:
    ratings = synthetic({"judge": 0.005, "user": 0.1}, 600, Prior())

    posterior = fitted_at_intervals(ratings, {"judge": 0.02, "user": 0.06})

    assert 0.005 / 1.5 < posterior.noise_of("judge") < 0.005 * 1.5
    assert 0.1 / 1.5 < posterior.noise_of("user") < 0.1 * 1.5


@pytest.mark.parametrize("seed", range(5))
def test_a_fit_never_makes_the_evidence_less_likely(seed: int) -> None:
    posterior = synthetic({"user": 0.03}, 60, Prior(0.1, 0.1, 0.02, 0.01), seed)
    before = height(posterior)

    EmpiricalBayes(Prior()).fit(posterior, {})

    assert height(posterior) >= before


def test_where_models_differ_by_context_their_own_scale_opens() -> None:
    posterior = synthetic({"user": 0.01}, 600, Prior(own_weight=0.05))

    EmpiricalBayes(Prior()).fit(posterior, {})

    assert posterior.prior.own_weight > 5.0 * Prior().own_weight


def test_without_evidence_nothing_is_learned() -> None:
    posterior = synthetic({"user": 0.01}, 0, Prior())

    EmpiricalBayes(Prior()).fit(posterior, {})

    assert posterior.prior == Prior()
    assert posterior.noise == {}


def test_the_belief_is_computed_anew_with_what_was_learned() -> None:
    posterior = synthetic({"user": 0.01}, 100, Prior())

    EmpiricalBayes(Prior()).fit(posterior, {})

    fresh = posterior.copy()
    fresh.refactor()
    np.testing.assert_array_equal(posterior.mean(), fresh.mean())


def test_a_model_that_was_removed_leaves_scales_that_can_be_learned() -> None:
    posterior = synthetic({"user": 0.01}, 300, Prior())
    posterior.remove_model("c")

    fitted_at_intervals(posterior, {})

    assert 0.01 / 1.5 < posterior.noise_of("user") < 0.01 * 1.5
