from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandit.arrays import Indices
from bandit.objective import Objective
from simulations import policies
from simulations.environment import Environment, faithful
from simulations.measures import EQUAL_QUALITY, measure
from simulations.run import Run, run
from simulations.trial import Measured, Trial
from simulations.yardsticks import YARDSTICKS, choose, cross_fitted_quality
from tests.bandit.beliefs import repeatable
from tests.simulations.streams import MODELS, happened, stream, world

DOLLARS = 0.05

SMALL = replace(
    stream(4),
    quality=np.array([[0.2, 0.4, 1.0], [0.4, 0.4, 0.6], [0.0, 0.8, 0.8], [0.6, 0.2, 0.8]]),
    tokens=np.full((4, 3), 100.0),
    usd_per_token=np.broadcast_to([1e-5, 1e-4, 2e-4], (4, 3)),
)
"""Models that cost a tenth of a cent, one and two: 0.02, 0.2 and 0.4 points at five cents."""


def measured(environment: Environment, done: Run, dollars: float = DOLLARS) -> Measured:
    trial = Trial("made", environment.name, dollars, 0, len(environment))
    objective = Objective.from_willingness_to_pay(dollars)
    return measure(trial, done, environment, objective, cross_fitted_quality(environment))


def choosing(
    environment: Environment, chosen: Indices | list[int], dollars: float = DOLLARS
) -> Measured:
    done = Run.of_choices(np.array(chosen, dtype=np.intp), len(environment.models))
    return measured(environment, done, dollars)


def yardstick(name: str, environment: Environment, dollars: float = DOLLARS) -> Measured:
    objective = Objective.from_willingness_to_pay(dollars)
    chosen = choose(name, environment, objective, np.random.default_rng(0))
    return choosing(environment, chosen, dollars)


def drawn(seed: int) -> tuple[Environment, Indices]:
    """A stream of any qualities, lengths and prices, and any choices at it."""
    rng = np.random.default_rng(seed)
    requests, shape = 24, (24, 3)
    quality = rng.random(shape) ** rng.uniform(0.2, 3.0, 3)
    environment = replace(
        stream(requests),
        quality=quality,
        tokens=rng.uniform(1.0, 900.0, shape),
        usd_per_token=np.broadcast_to(10 ** rng.uniform(-6, -4, 3), shape),
        raters=(faithful(quality),),
    )
    return environment, rng.integers(0, 3, requests)


SEEDS = st.integers(0, 10_000)
approx = partial(pytest.approx, abs=1e-12)


def test_reward_quality_and_dollars_are_means_over_the_run_and_its_second_half() -> None:
    told = choosing(SMALL, [0, 2, 1, 0])

    assert told.quality == approx((0.2 + 0.6 + 0.8 + 0.6) / 4)
    assert told.cost_usd == approx((0.001 + 0.02 + 0.01 + 0.001) / 4)
    assert told.reward == approx(told.quality - told.cost_usd / DOLLARS)
    assert told.quality_second_half == approx((0.8 + 0.6) / 2)
    assert told.cost_usd_second_half == approx((0.01 + 0.001) / 2)
    assert told.reward_second_half == approx(
        told.quality_second_half - told.cost_usd_second_half / DOLLARS
    )


def test_regret_is_summed_and_may_be_negative() -> None:
    told = choosing(SMALL, [2, 0, 1, 0])

    assert told.best_single == "strong"
    assert told.best_single_reward == approx(0.8 - 0.4)
    assert told.regret_best_single == approx(4 * 0.4 - (0.6 + 0.38 + 0.6 + 0.58))
    assert told.regret_best_single < 0


def test_the_oracle_takes_the_best_answer_to_each_request() -> None:
    told = choosing(SMALL, [2, 0, 1, 1])

    assert told.oracle_reward == approx((0.6 + 0.38 + 0.6 + 0.58) / 4)
    assert told.regret_oracle == approx(0.58)


def test_headroom_is_what_the_oracle_has_above_the_best_single_model() -> None:
    told = choosing(SMALL, [2, 0, 1, 1])

    assert told.headroom_captured == approx((0.395 - 0.4) / (0.54 - 0.4))


def test_without_headroom_none_of_it_is_captured() -> None:
    alike = replace(SMALL, quality=np.full((4, 3), 0.5))

    assert choosing(alike, [0, 1, 2, 0]).headroom_captured is None


def test_the_second_half_is_compared_with_what_was_best_in_it() -> None:
    quality = np.repeat([[0.9, 0.0, 0.0], [0.0, 0.0, 0.6]], 30, axis=0)
    told = choosing(replace(stream(60), quality=quality), [0] * 60, np.inf)

    assert told.best_single == "cheap"
    assert told.best_single_reward_second_half == approx(0.6)
    assert told.strong_share == 1.0
    assert told.strong_share_second_half == 0.0
    assert [one.quality for one in told.fixed_second_half] == approx([0.0, 0.0, 0.6])


def test_the_zero_router_mixes_models_at_the_same_cost() -> None:
    told = choosing(SMALL, [2, 0, 2, 0])

    mean = SMALL.quality.mean(axis=0)
    assert told.cost_usd == approx((0.001 + 0.02) / 2)
    assert told.zero_router_distance == approx(told.quality - (mean[0] + mean[2]) / 2)


@repeatable
@given(SEEDS)
def test_no_fixed_model_is_above_the_zero_router_and_the_cheapest_and_strongest_are_on_it(
    seed: int,
) -> None:
    environment, _ = drawn(seed)

    told = [choosing(environment, [k] * len(environment)) for k in range(3)]

    distance = np.array([one.zero_router_distance for one in told])
    assert distance.max() <= 1e-12
    on_it = [environment.cost_usd.mean(axis=0).argmin(), environment.quality.mean(axis=0).argmax()]
    assert distance[on_it] == approx(0.0)


@repeatable
@given(SEEDS)
def test_nobody_has_more_reward_than_the_oracle(seed: int) -> None:
    told = choosing(*drawn(seed))

    assert told.regret_oracle >= -1e-9
    assert told.headroom_captured is None or told.headroom_captured <= 1 + 1e-9


@repeatable
@given(SEEDS, st.permutations(range(3)))
def test_the_order_of_models_does_not_matter(seed: int, order: list[int]) -> None:
    environment, chosen = drawn(seed)
    moved = replace(
        environment,
        models=tuple(MODELS[k] for k in order),
        quality=environment.quality[:, order],
        tokens=environment.tokens[:, order],
        usd_per_token=environment.usd_per_token[:, order],
    )

    told, again = choosing(environment, chosen), choosing(moved, np.argsort(order)[chosen])

    for name in ("regret_best_single", "regret_oracle", "regret_ridge", "zero_router_distance"):
        assert getattr(again, name) == pytest.approx(getattr(told, name), abs=1e-9)
    assert again.strong_share == told.strong_share
    assert again.traffic_share == told.traffic_share


@pytest.mark.parametrize("scenario", ["plain", "price-cut", "death", "arrival", "degradation"])
@pytest.mark.parametrize("make", [stream, world])
def test_yardsticks_lose_nothing_against_themselves(scenario: str, make: type) -> None:
    environment = happened(scenario, make(120))

    assert yardstick("best-single", environment).regret_best_single == approx(0.0)
    assert yardstick("oracle", environment).regret_oracle == approx(0.0)
    assert yardstick("ridge-full", environment).regret_ridge == approx(0.0)
    assert yardstick("strongest", environment).savings == approx(0.0)
    assert yardstick("best-single", environment).headroom_captured in (None, approx(0.0))
    assert yardstick("oracle", environment).headroom_captured in (None, approx(1.0))


def test_best_single_over_the_whole_run_is_what_the_yardstick_chooses() -> None:
    told = yardstick("best-single", stream(60))

    assert told.traffic_share[told.best_single] == 1.0
    assert told.reward == told.best_single_reward


def test_dollars_are_saved_at_equal_quality_only() -> None:
    quality = np.tile([0.5, 0.8 - EQUAL_QUALITY / 2, 0.8], (4, 1))
    near = replace(SMALL, quality=quality)

    assert choosing(near, [1] * 4).savings == approx(0.5)
    assert choosing(near, [1, 1, 1, 0]).savings is None
    assert choosing(near, [2] * 4).savings == approx(0.0)


def test_nothing_is_saved_where_the_strongest_model_is_free() -> None:
    free = replace(SMALL, usd_per_token=np.zeros((4, 3)))

    assert choosing(free, [2] * 4).savings is None


def test_who_knows_what_is_expected_has_no_true_regret() -> None:
    environment = world(200)
    expected = environment.expected_quality
    assert expected is not None

    best = choosing(environment, expected.argmax(axis=1), np.inf)
    lucky = yardstick("oracle", environment, np.inf)

    assert best.true_regret == approx(0.0)
    assert lucky.true_regret is not None
    assert lucky.true_regret > 0
    assert lucky.regret_oracle < best.regret_oracle


def test_true_regret_is_the_expected_loss_against_the_best_that_was_able() -> None:
    environment = happened("death:model=model-3", world(60))
    expected = environment.expected_quality
    assert expected is not None

    told = choosing(environment, [0] * 60, np.inf)

    best = np.concatenate([expected[:30].max(axis=1), expected[30:, :2].max(axis=1)])
    assert told.true_regret == approx((best - expected[:, 0]).sum())


def test_where_nobody_knows_what_is_expected_there_is_no_true_regret() -> None:
    assert choosing(stream(20), [0] * 20).true_regret is None


def test_fixed_models_are_measured_over_the_requests_they_are_able_at() -> None:
    environment = happened("death", stream(60))

    told = yardstick("strongest", environment)

    assert [one.model for one in told.fixed_second_half] == ["cheap", "fair"]
    assert told.zero_router_distance_second_half == approx(0.0)
    assert told.strong_share == 0.5
    assert told.strong_share_second_half == 1.0


def test_traffic_that_follows_at_once_adapts_in_no_time() -> None:
    told = yardstick("strongest", happened("death", stream(60)))

    assert told.adaptation_requests == 0
    assert yardstick("strongest", stream(60)).adaptation_requests is None


def test_a_policy_that_believes_something_has_a_coverage_and_a_yardstick_has_none() -> None:
    environment = world(300)
    policy = policies.build("thompson", environment.models, environment.contexts.shape[1], 0)

    done = run(policy, environment, Objective(), np.random.default_rng(0))

    covered = measured(environment, done, np.inf).coverage_90
    assert covered is not None
    assert 0.5 < covered <= 1.0
    assert yardstick("oracle", environment).coverage_90 is None


@pytest.mark.parametrize("name", YARDSTICKS)
@pytest.mark.parametrize("requests", [1, 2, 7])
def test_a_run_of_few_requests_can_be_measured(name: str, requests: int) -> None:
    told = yardstick(name, stream(requests))

    assert sum(told.traffic_share.values()) == approx(1.0)
    assert told.curves.requests == list(range(1, requests + 1))


def test_the_last_points_of_curves_are_the_measures_of_the_run() -> None:
    told = choosing(*drawn(5))

    assert told.curves.regret_best_single[-1] == approx(told.regret_best_single)
    assert told.curves.regret_oracle[-1] == approx(told.regret_oracle)
