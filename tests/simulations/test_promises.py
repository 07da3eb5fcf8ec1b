"""What Thompson sampling at its defaults promises of streams in which something happens."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from bandit.objective import Objective
from simulations.environment import Environment
from simulations.policies import build
from simulations.run import Run, run
from simulations.scenarios import apply
from simulations.simulate import simulate_trial
from simulations.synthetic import parse
from simulations.trial import Measured, Trial

WORLD = parse("skills=4,models=4")
REQUESTS = 1200
SEEDS = range(3)
FREE = float("inf")


@cache
def measured(scenario: str, seed: int) -> Measured:
    return simulate_trial(Trial("thompson", scenario, FREE, seed, REQUESTS), WORLD)


@cache
def ending(policy: str, scenario: str, grades: str, willingness_to_pay_usd: float) -> float:
    """Mean reward of the second half of a stream."""
    world = parse(f"skills=4,models=4,grades={grades}")
    trials = [Trial(policy, scenario, willingness_to_pay_usd, seed, REQUESTS) for seed in range(4)]
    return float(np.mean([simulate_trial(trial, world).reward_second_half for trial in trials]))


def stream(scenario: str, seed: int) -> Environment:
    rng = np.random.default_rng(seed)
    return apply(scenario, WORLD.environment(REQUESTS, rng), rng)


def followed(environment: Environment, willingness_to_pay_usd: float) -> Run:
    policy = build("thompson", environment.models, environment.contexts.shape[1], seed=0)
    objective = Objective.from_willingness_to_pay(willingness_to_pay_usd)
    return run(policy, environment, objective, np.random.default_rng(0))


def test_traffic_follows_a_price_cut_within_50_requests_and_without_any_feedback() -> None:
    shares = []
    for seed in range(6):
        environment = stream("price-cut", seed)
        (rater,) = environment.raters
        before = np.arange(REQUESTS) < REQUESTS // 2
        silent = replace(environment, raters=(replace(rater, rated=rater.rated * before),))
        chosen = followed(silent, 0.04).chosen == environment.quality.mean(axis=0).argmax()
        earlier, at_once, later = np.split(chosen[REQUESTS // 2 - 200 :], [200, 250])
        shares.append((earlier.mean(), at_once.mean(), later.mean()))

    earlier, at_once, later = np.mean(shares, axis=0)
    assert later > earlier + 0.2
    assert at_once > earlier + 0.7 * (later - earlier)


def test_traffic_leaves_a_model_whose_quality_halves_within_300_ratings() -> None:
    adapted = [measured("degradation", seed).adaptation_requests for seed in SEEDS]

    assert all(requests is not None and requests <= 300 for requests in adapted), adapted


def test_a_model_that_arrives_has_its_share_within_500_requests() -> None:
    shares = []
    for seed in SEEDS:
        environment = stream("arrival", seed)
        chosen = followed(environment, FREE).chosen == environment.quality.mean(axis=0).argmax()
        first = environment.changed_at or 0
        shares.append((chosen[first + 400 : first + 600].mean(), chosen[-500:].mean()))

    soon, at_last = np.mean(shares, axis=0)
    assert at_last > 0.3
    assert soon > 0.7 * at_last


def test_five_per_cent_of_hostile_ratings_cost_less_than_one_per_cent_of_reward() -> None:
    plain = ending("thompson", "plain", "right-or-wrong", FREE)

    hostile = ending("thompson", "hostile", "right-or-wrong", FREE)

    assert hostile > 0.99 * plain


@pytest.mark.parametrize(
    ("grades", "willingness_to_pay_usd", "scale"),
    [("right-or-wrong", FREE, 1.0), ("graded", 0.1, 0.5)],
)
def test_a_biased_judge_and_few_people_end_within_one_per_cent_of_many_people(
    grades: str, willingness_to_pay_usd: float, scale: float
) -> None:
    people = ending("thompson", "plain", grades, willingness_to_pay_usd)
    judged = ending("thompson", f"biased-judge:scale={scale}", grades, willingness_to_pay_usd)

    assert judged > 0.99 * people


def test_calibration_is_why_a_judge_that_sees_half_of_each_difference_does_no_harm() -> None:
    scenario = "biased-judge:scale=0.5"

    on = ending("thompson", scenario, "graded", 0.1)
    off = ending("thompson:calibrated=no", scenario, "graded", 0.1)

    assert off < 0.97 * on


@pytest.mark.parametrize("grades", ["right-or-wrong", "graded"])
@pytest.mark.parametrize("willingness_to_pay_usd", [FREE, 0.04])
def test_preferences_alone_reach_95_per_cent_of_the_reward_that_scores_reach(
    grades: str, willingness_to_pay_usd: float
) -> None:
    world = parse(f"skills=4,models=4,grades={grades}")

    scores, preferences, chance = (
        np.mean(
            [
                simulate_trial(
                    Trial(policy, scenario, willingness_to_pay_usd, seed, REQUESTS), world
                ).reward
                for seed in SEEDS
            ]
        )
        for policy, scenario in (
            ("thompson", "plain"),
            ("thompson", "preferences"),
            ("random", "plain"),
        )
    )

    assert preferences > 0.95 * scores > chance


def test_the_90_per_cent_interval_holds_what_contexts_tell_85_to_95_times_in_100() -> None:
    covered = [measured("plain", seed).coverage_90 or 0.0 for seed in SEEDS]

    assert 0.85 <= np.mean(covered) <= 0.95, covered
