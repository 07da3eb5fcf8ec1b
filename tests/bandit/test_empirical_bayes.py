"""The scales learned are those the evidence makes likely."""

import numpy as np
import pytest

from bandit.empirical_bayes import EmpiricalBayes
from bandit.evidence import Evidence
from bandit.likelihood import likelihood
from bandit.posterior import Posterior
from bandit.prior import Prior
from bandit.scales import Scales

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
    return likelihood(posterior, posterior.moments).log_evidence(scales(posterior))


def scales(posterior: Posterior) -> Scales:
    noise = {source: posterior.noise_of(source) for source in posterior.moments}
    return Scales(posterior.prior, noise)


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


def test_from_where_no_step_leads_uphill_a_fit_does_not_move() -> None:
    posterior = synthetic({"user": 0.03}, 200, Prior())
    for _ in range(10):
        EmpiricalBayes(Prior()).fit(posterior, {})
    settled = scales(posterior)

    EmpiricalBayes(Prior()).fit(posterior, {})

    assert scales(posterior) == settled


def test_a_fit_in_steps_leaves_the_belief_alone_until_the_last() -> None:
    at_once, in_steps = (synthetic({"user": 0.01}, 300, Prior()) for _ in range(2))
    before, mean = scales(in_steps), in_steps.mean().copy()
    EmpiricalBayes(Prior()).fit(at_once, {})

    steps = 0
    for _ in EmpiricalBayes(Prior()).fit_in_steps(in_steps, {}):
        steps += 1
        assert scales(in_steps) == before
        np.testing.assert_array_equal(in_steps.mean(), mean)

    assert steps > 5
    assert scales(in_steps) == scales(at_once) != before
    np.testing.assert_array_equal(in_steps.mean(), at_once.mean())


def test_comparisons_and_ratings_are_learned_from_together() -> None:
    posterior = synthetic({"user": 0.01}, 300, Prior())
    rng = np.random.default_rng(1)
    for _ in range(300):
        x = np.concatenate(([1.0], rng.standard_normal(SIZE - 1)))
        strength = float(posterior.at(x, ["a", "b"]).mean @ [1.0, -1.0])
        strength += 0.3 * float(rng.standard_normal())
        posterior.observe(Evidence.of_preference(x, "a", "b", strength, "duel"))

    fitted_at_intervals(posterior, {})

    assert 0.01 / 1.5 < posterior.noise_of("user") < 0.01 * 1.5
    assert 0.09 / 1.5 < posterior.noise_of("duel") < 0.09 * 1.5


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
