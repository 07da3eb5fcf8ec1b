import re
from dataclasses import replace

import numpy as np
import pytest

from bandit.arrays import Matrix
from bandit.errors import ConfigError
from bandit.objective import Objective
from bandit.policies.weighted import Weighted
from simulations.environment import Environment
from simulations.run import run
from simulations.synthetic import Synthetic, parse
from simulations.world import explained
from tests.simulations.streams import content

MANY = 20_000
SMALL = Synthetic(skills=3, models=4)


def drawn(origin: Synthetic, requests: int = MANY, seed: int = 0) -> Environment:
    return origin.environment(requests, np.random.default_rng(seed))


def expected(environment: Environment) -> Matrix:
    assert environment.expected_quality is not None
    return environment.expected_quality


def test_a_world_has_the_models_and_the_length_that_are_asked_for() -> None:
    environment = drawn(parse("skills=3,models=4"), 50)

    assert len(environment) == 50
    assert environment.models == ("model-1", "model-2", "model-3", "model-4")
    assert environment.quality.shape == environment.tokens.shape == (50, 4)


def test_what_is_written_is_what_is_made() -> None:
    assert parse("") == Synthetic()
    assert parse("skills=5,noise=0.1,grades=graded") == Synthetic(
        skills=5, noise=0.1, grades="graded"
    )


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("skill=3", "synthetic has no option 'skill'; did you mean skills?"),
        ("models=1", "synthetic:models is '1'; give a whole number of at least 2"),
        ("grades=stars", "synthetic:grades is 'stars'; use one of: right-or-wrong, graded"),
        ("informative=0.5", "synthetic:informative is '0.5'; give a number from 0 to 0.25"),
    ],
)
def test_what_is_written_wrong_is_told_with_a_remedy(written: str, told: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(told)):
        parse(written)


def test_a_world_is_named_by_what_is_not_usual() -> None:
    assert Synthetic().name == "synthetic"
    assert parse("models=6,skills=5,noise=0.1").name == "synthetic:skills=5,noise=0.1"


def test_worlds_that_draw_differently_have_different_fingerprints() -> None:
    worlds = [Synthetic(), SMALL, replace(SMALL, world=1), replace(SMALL, grades="graded")]

    assert len({origin.fingerprint for origin in worlds}) == 4


def test_the_same_seed_gives_the_same_environment_and_another_another() -> None:
    assert content(drawn(SMALL, 50)) == content(drawn(SMALL, 50))
    assert content(drawn(SMALL, 50)) != content(drawn(SMALL, 50, seed=1))


def test_seeds_draw_requests_from_the_same_models() -> None:
    one, two = drawn(SMALL), drawn(SMALL, seed=1)

    assert (one.usd_per_token[0] == two.usd_per_token[0]).all()
    spread = one.quality.std(axis=0) * np.sqrt(2 / MANY)
    assert (abs(one.quality.mean(axis=0) - two.quality.mean(axis=0)) <= 5 * spread).all()


def test_another_world_has_other_models() -> None:
    one, two = drawn(SMALL, 50), drawn(replace(SMALL, world=1), 50)

    assert content(one) != content(two)


@pytest.mark.parametrize("grades", ["right-or-wrong", "graded"])
def test_quality_is_what_is_expected_on_average(grades: str) -> None:
    environment = drawn(replace(SMALL, grades=grades))

    luck = environment.quality - expected(environment)
    assert (abs(luck.mean(axis=0)) <= 5 * luck.std(axis=0) / np.sqrt(MANY)).all()


def test_an_answer_is_right_or_wrong_unless_it_is_graded() -> None:
    assert set(np.unique(drawn(SMALL, 200).quality)) == {0.0, 1.0}
    assert len(np.unique(drawn(replace(SMALL, grades="graded"), 200).quality)) > 200


@pytest.mark.parametrize(
    "origin",
    [
        Synthetic(),
        Synthetic(skills=2, models=2),
        Synthetic(informative=0.2),
        Synthetic(informative=0.0),
        Synthetic(grades="graded"),
        Synthetic(skills=20, informative=0.05, world=7),
    ],
    ids=lambda origin: origin.name,
)
def test_prompts_explain_the_share_of_quality_that_is_asked_for(origin: Synthetic) -> None:
    environment = drawn(origin)

    share = expected(environment).var(axis=0) / environment.quality.var(axis=0)
    assert share == pytest.approx(np.full(origin.models, origin.informative), rel=0.06)


def test_what_right_or_wrong_answers_explain_is_the_variance_between_over_all() -> None:
    competence = np.array([0.2, 0.6])

    # the Dirichlet of two skills with concentration one halves the variance 0.04 of the two
    assert explained(competence, 0.0) == pytest.approx(0.02 / (0.4 * 0.6))


@pytest.mark.parametrize("skills", [2, 3, 5, 20])
@pytest.mark.parametrize("grades", ["right-or-wrong", "graded"])
def test_a_world_of_any_number_can_be_made(skills: int, grades: str) -> None:
    for world in range(20):
        origin = Synthetic(skills, 5, informative=0.25, grades=grades, world=world)
        environment = drawn(origin, 20)
        assert 0 <= environment.quality.min() <= environment.quality.max() <= 1


def test_contexts_look_like_those_of_a_service() -> None:
    contexts = drawn(Synthetic()).contexts

    assert contexts.shape == (MANY, 33)
    assert (contexts[:, 0] == 1.0).all()
    assert abs(contexts).max() == 3.0
    assert contexts[:, 1:].std(axis=0) == pytest.approx(np.ones(32), abs=0.05)
    assert contexts[:, 1:].mean(axis=0) == pytest.approx(np.zeros(32), abs=0.05)


def test_contexts_tell_of_expected_quality() -> None:
    environment = drawn(Synthetic())
    half = MANY // 2

    fitted = np.linalg.lstsq(environment.contexts[:half], expected(environment)[:half])[0]

    rest = expected(environment)[half:]
    residual = rest - environment.contexts[half:] @ fitted
    assert (residual.var(axis=0) < 0.3 * rest.var(axis=0)).all()


def test_prices_span_two_orders_of_magnitude_and_follow_quality() -> None:
    environment = drawn(Synthetic(models=12))

    cost_usd = environment.cost_usd.mean(axis=0)
    assert (np.diff(cost_usd) > 0).all()
    assert cost_usd[-1] / cost_usd[0] == pytest.approx(100.0, rel=0.05)
    quality = environment.quality.mean(axis=0)
    assert quality[6:].mean() - quality[:6].mean() > 0.05


def test_answers_have_some_hundred_tokens_which_prompts_partly_tell() -> None:
    tokens = drawn(Synthetic()).tokens

    log = np.log(tokens)
    assert tokens.mean() == pytest.approx(300.0, rel=0.05)
    assert log.std() == pytest.approx(0.4 * np.sqrt(2), rel=0.05)
    assert log.mean(axis=1).var() == pytest.approx(0.16 * (1 + 1 / 6), rel=0.1)


def test_sources_are_the_skills_that_prompts_need_most() -> None:
    environment = drawn(SMALL)

    sources, counts = np.unique(environment.sources, return_counts=True)
    assert sources.tolist() == ["skill-1", "skill-2", "skill-3"]
    assert counts / MANY == pytest.approx(np.full(3, 1 / 3), abs=5 * np.sqrt(2 / 9 / MANY))


def test_ratings_are_quality_with_the_noise_that_is_asked_for() -> None:
    (faithful,) = drawn(SMALL, 100).raters
    noisy = drawn(replace(SMALL, grades="graded", noise=0.02))

    assert (faithful.rating == drawn(SMALL, 100).quality).all()
    error = (noisy.raters[0].rating - noisy.quality)[abs(noisy.quality - 0.5) < 0.3]
    assert error.std() == pytest.approx(0.02, rel=0.05)


def test_no_policy_is_expected_to_do_better_than_the_best_that_is_known() -> None:
    environment = drawn(SMALL, 200)

    done = run(Weighted(), environment, Objective(), np.random.default_rng(0))

    best = expected(environment).max(axis=1)
    obtained = expected(environment)[np.arange(200), done.chosen]
    assert (obtained <= best).all()
    assert best.mean() - obtained.mean() == pytest.approx(
        (best - expected(environment).mean(axis=1)).mean(), abs=0.04
    )
