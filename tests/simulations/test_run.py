from dataclasses import replace

import numpy as np
import pytest

from bandit.decision import Rating
from bandit.objective import Objective
from bandit.policies.weighted import Weighted
from simulations.environment import Environment, Rater
from simulations.run import Run, run
from tests.simulations.recorder import Plan, Recorder
from tests.simulations.streams import MODELS, PRICES, stream


def in_turn(t: int) -> str:
    return MODELS[t % 3]


def followed(
    environment: Environment, plan: Plan = in_turn, cost_weight: float = 0.0
) -> tuple[Recorder, Run]:
    policy = Recorder(plan)
    return policy, run(policy, environment, Objective(cost_weight), np.random.default_rng(0))


def requests_of(ratings: list[Rating]) -> list[int]:
    return [int(rating.context[1]) for rating in ratings]


def with_delays(environment: Environment, delay: list[int]) -> Environment:
    (rater,) = environment.raters
    return replace(environment, raters=(replace(rater, delay=np.array(delay)),))


def test_every_request_is_decided_once_in_its_context() -> None:
    environment = stream(30)

    policy, done = followed(environment)

    assert (np.array([choice.context for choice in policy.choices]) == environment.contexts).all()
    assert done.chosen.tolist() == [t % 3 for t in range(30)]


def test_a_policy_learns_what_its_own_choices_are_worth() -> None:
    environment = stream(30)

    policy, done = followed(environment)

    rows = np.arange(30)
    assert requests_of(policy.ratings) == rows.tolist()
    assert [rating.model for rating in policy.ratings] == [in_turn(t) for t in range(30)]
    seen = [rating.quality for rating in policy.ratings]
    assert seen == environment.quality[rows, done.chosen].tolist()


def test_nothing_that_is_not_chosen_makes_a_difference() -> None:
    environment = stream(30)
    other = np.ones((30, 3), dtype=bool)
    other[np.arange(30), np.arange(30) % 3] = False
    hidden = np.where(other, 0.123, environment.quality)
    (rater,) = environment.raters
    changed = replace(
        environment,
        quality=hidden,
        tokens=np.where(other, 9e5, environment.tokens),
        raters=(replace(rater, rating=hidden),),
    )

    told, one = followed(environment)
    told_again, two = followed(changed)

    assert [told_of(rating) for rating in told.ratings] == [
        told_of(rating) for rating in told_again.ratings
    ]
    assert [c.cost_usd.tolist() for c in told.choices] == [
        c.cost_usd.tolist() for c in told_again.choices
    ]
    assert one.quality_mean.tolist() == two.quality_mean.tolist()


def told_of(rating: Rating) -> tuple[object, ...]:
    return rating.model, rating.quality, rating.source, rating.propensity, rating.reward


def test_a_rating_is_known_from_the_next_request_on() -> None:
    policy, _ = followed(stream(10))

    assert policy.asked_before == [t + 1 for t in range(10)]


def test_a_delayed_rating_is_known_only_when_its_delay_is_over() -> None:
    delay = np.random.default_rng(5).integers(0, 9, 40)

    policy, _ = followed(with_delays(stream(40), delay.tolist()))

    asked = requests_of(policy.ratings)
    assert policy.asked_before == [t + delay[t] + 1 for t in asked]
    assert policy.asked_before == sorted(policy.asked_before)


def test_ratings_that_arrive_together_come_in_the_order_of_their_requests() -> None:
    policy, _ = followed(with_delays(stream(6), [3, 2, 1, 0, 1, 0]))

    assert requests_of(policy.ratings) == [0, 1, 2, 3, 4, 5]
    assert policy.asked_before == [4, 4, 4, 4, 6, 6]


def test_what_arrives_after_the_last_request_is_not_learned() -> None:
    policy, _ = followed(with_delays(stream(4), [4, 0, 1, 1]))

    assert requests_of(policy.ratings) == [1, 2]


def test_what_nobody_rates_is_not_learned() -> None:
    environment = stream(6)
    (rater,) = environment.raters
    some = replace(rater, rated=np.array([0, 1, 0, 0, 1, 1]))

    policy, _ = followed(replace(environment, raters=(some,)))

    assert requests_of(policy.ratings) == [1, 4, 5]


def test_each_of_two_raters_is_heard_under_its_name() -> None:
    environment = stream(4)
    (user,) = environment.raters
    judge = Rater("judge", np.array([0, 1, 0, 1]), np.zeros(4, dtype=int), 1 - user.rating)

    policy, done = followed(replace(environment, raters=(user, judge)))

    heard = [(rating.source, int(rating.context[1])) for rating in policy.ratings]
    assert heard == [("user", 0), ("user", 1), ("judge", 1), ("user", 2), ("user", 3), ("judge", 3)]
    assert policy.ratings[2].quality == 1 - environment.quality[1, done.chosen[1]]


def test_propensities_are_those_of_the_decisions() -> None:
    policy, done = followed(stream(20))

    stated = [1.0 - 0.5 / (t + 1) for t in range(20)]
    assert done.propensity.tolist() == stated
    assert [rating.propensity for rating in policy.ratings] == stated


def test_beliefs_are_those_of_the_decisions() -> None:
    _, done = followed(stream(20))

    believed = np.arange(3) + np.arange(20)[:, None] / 100
    assert done.quality_mean == pytest.approx(believed)
    assert done.quality_std == pytest.approx(believed + 1)


def test_a_model_that_cannot_be_chosen_is_not_offered_and_not_believed_anything_of() -> None:
    able = np.ones((20, 3), dtype=int)
    able[10:, 1] = 0
    environment = replace(stream(20), available=able)

    policy, done = followed(environment, lambda t: "fair" if t < 10 else "strong")

    assert {choice.candidates for choice in policy.choices[10:]} == {("cheap", "strong")}
    assert done.chosen.tolist() == [1] * 10 + [2] * 10
    assert np.isnan(done.quality_mean[10:]).tolist() == [[False, True, False]] * 10


def test_a_random_policy_never_gets_a_model_that_cannot_be_chosen() -> None:
    able = np.random.default_rng(1).integers(0, 2, (300, 3))
    able[:, 0] = 1
    environment = replace(stream(300), available=able)

    done = run(Weighted(), environment, Objective(), np.random.default_rng(0))

    assert (able[np.arange(300), done.chosen] == 1).all()
    assert done.propensity == pytest.approx(1 / able.sum(axis=1))


def test_a_fixed_policy_gets_the_mean_of_its_column() -> None:
    environment = stream(50)

    done = run(Weighted({"fair": 1.0}), environment, Objective(), np.random.default_rng(0))

    obtained = environment.quality[np.arange(50), done.chosen]
    assert obtained.mean() == environment.quality[:, 1].mean()


def test_expected_cost_comes_to_what_answers_cost() -> None:
    rng = np.random.default_rng(2)
    environment = stream(900)
    mean_tokens = np.array([120.0, 400.0, 900.0])
    tokens = mean_tokens * np.exp(0.3 * rng.standard_normal((900, 3)) - 0.045)
    flat = np.ones((900, 2))

    policy, _ = followed(replace(environment, tokens=tokens, contexts=flat))

    expected = policy.choices[-1].cost_usd
    assert expected == pytest.approx(mean_tokens * PRICES, rel=0.1)


def test_a_new_price_is_known_with_the_first_request_it_holds_for() -> None:
    environment = stream(40)
    prices = environment.usd_per_token.copy()
    prices[20:, 2] /= 10

    before, _ = followed(environment)
    after, _ = followed(replace(environment, usd_per_token=prices))

    ratio = np.array([c.cost_usd for c in before.choices]) / [c.cost_usd for c in after.choices]
    assert ratio[:20] == pytest.approx(np.ones((20, 3)))
    assert ratio[20:] == pytest.approx(np.tile([1.0, 1.0, 10.0], (20, 1)))


def test_a_rating_carries_the_reward_at_the_billed_cost() -> None:
    environment = stream(12)

    policy, done = followed(environment, cost_weight=7.0)

    expected = environment.reward(7.0)[np.arange(12), done.chosen]
    assert [rating.reward for rating in policy.ratings] == pytest.approx(expected)


def test_the_same_seed_gives_the_same_run_and_another_another() -> None:
    environment = stream(100)

    runs = [
        run(Weighted(), environment, Objective(), np.random.default_rng(seed)).chosen.tolist()
        for seed in (0, 0, 1)
    ]

    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_a_run_of_certain_choices_believes_nothing() -> None:
    certain = Run.of_choices(np.array([1, 0]), 3)

    assert certain.propensity.tolist() == [1.0, 1.0]
    assert np.isnan(certain.quality_mean).all()
    assert np.isnan(certain.quality_std).all()
    assert certain.quality_mean.shape == (2, 3)
