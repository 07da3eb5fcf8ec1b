from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bandit.arrays import Matrix, Vector
from bandit.errors import ConfigError
from bandit.estimators import Estimate, LoggedDecisions, dr, earned, ips, replay, snips, support

Estimator = Callable[[LoggedDecisions, Matrix], Estimate]

SMALL = LoggedDecisions(
    chosen=np.array([0, 1, 1, 0]),
    propensity=np.array([0.5, 0.25, 0.5, 1.0]),
    reward=np.array([1.0, 0.5, 0.0, 0.25]),
)
TARGET = np.array([[0.5, 0.5], [0.0, 1.0], [0.5, 0.5], [1.0, 0.0]])
WEIGHTS = np.array([1.0, 4.0, 1.0, 1.0])
FIRST = np.tile([1.0, 0.0], (4, 1))


def unaided(logged: LoggedDecisions, target: Matrix) -> Estimate:
    """Doubly robust with predictions that say nothing."""
    return dr(logged, target, np.full(target.shape, 0.5))


every = pytest.mark.parametrize("estimate", [ips, snips, unaided, replay])
weighing = pytest.mark.parametrize("estimate", [ips, snips, unaided])


def drawn(
    rng: np.random.Generator, propensities: Matrix, reward: Matrix
) -> tuple[LoggedDecisions, Matrix]:
    """A log of choices that were drawn with these propensities, all of shape ``(n, K)``."""
    rows = np.arange(len(reward))
    edges = propensities.cumsum(axis=1)
    chosen = np.minimum((rng.random((len(reward), 1)) > edges).sum(axis=1), reward.shape[1] - 1)
    return LoggedDecisions(chosen, propensities[rows, chosen], reward[rows, chosen]), reward


def test_each_estimate_is_what_its_formula_says() -> None:
    predicted = np.array([[0.5, 0.25], [0.0, 0.5], [0.5, 0.5], [1.0, 0.0]])
    agreed = np.array([0.5, 1.0, 0.5, 1.0])

    assert ips(SMALL, TARGET).value == pytest.approx((1.0 + 2.0 + 0.0 + 0.25) / 4)
    assert snips(SMALL, TARGET).value == pytest.approx(3.25 / 7)
    assert replay(SMALL, TARGET).value == pytest.approx(agreed @ SMALL.reward / 3.0)
    by_hand = [0.375 + 0.5, 0.5 + 0.0, 0.5 - 0.5, 1.0 - 0.75]
    assert dr(SMALL, TARGET, predicted).value == pytest.approx(np.mean(by_hand))


def test_support_counts_decisions_by_their_weights() -> None:
    found = support(SMALL, TARGET)

    assert found.effective == pytest.approx(49 / 19)
    assert (found.largest_weight, found.mean_weight) == (4.0, 1.75)
    assert found.thin


@weighing
def test_the_value_of_what_was_done_is_what_was_earned(estimate: Estimator) -> None:
    rng = np.random.default_rng(0)
    propensities = rng.dirichlet(np.ones(3), 500)
    logged, _ = drawn(rng, propensities, rng.random((500, 3)))

    same = estimate(logged, propensities)

    assert same.value == pytest.approx(logged.reward.mean())
    assert earned(logged).value == logged.reward.mean()


@every
def test_the_interval_is_around_the_value_and_within_what_can_be(estimate: Estimator) -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        propensities = rng.dirichlet(np.full(3, 0.3), 40) * 0.97 + 0.01
        logged, _ = drawn(rng, propensities, rng.random((40, 3)))
        said = estimate(logged, np.tile(rng.dirichlet(np.ones(3)), (40, 1)))

        assert said.low <= said.value <= said.high
        assert min(0.0, said.value) <= said.low
        assert said.high <= max(1.0, said.value)


@weighing
def test_on_average_the_value_is_the_true_one(estimate: Estimator) -> None:
    rng = np.random.default_rng(1)
    reward, target = rng.random((200, 3)), rng.dirichlet(np.ones(3), 200)
    propensities = 0.8 * rng.dirichlet(np.ones(3), 200) + 0.2 / 3
    truth = (target * reward).sum(axis=1).mean()

    said = [estimate(drawn(rng, propensities, reward)[0], target).value for _ in range(400)]

    slack = 0.003 if estimate is snips else 0.0
    assert abs(np.mean(said) - truth) <= 5 * np.std(said) / np.sqrt(400) + slack


def test_replay_is_right_about_a_log_that_chose_uniformly() -> None:
    rng = np.random.default_rng(2)
    reward, uniform = rng.random((300, 3)), np.full((300, 3), 1 / 3)
    target = np.tile([0.0, 1.0, 0.0], (300, 1))

    said = [replay(drawn(rng, uniform, reward)[0], target).value for _ in range(300)]

    assert abs(np.mean(said) - reward[:, 1].mean()) <= 5 * np.std(said) / np.sqrt(300)


def test_good_predictions_make_doubly_robust_estimates_vary_less() -> None:
    rng = np.random.default_rng(3)
    logged, reward = drawn(rng, np.full((400, 3), 1 / 3), rng.random((400, 3)))
    target = rng.dirichlet(np.ones(3), 400)

    told, guessed = dr(logged, target, reward), unaided(logged, target)

    truth = (target * reward).sum(axis=1).mean()
    assert told.value == pytest.approx(truth)
    assert told.high - told.low < guessed.high - guessed.low


@pytest.mark.parametrize("estimate", [snips, replay])
def test_a_constant_added_to_all_rewards_is_added_to_the_value(estimate: Estimator) -> None:
    more = replace(SMALL, reward=SMALL.reward + 7.0, least=7.0, most=8.0)

    assert estimate(more, TARGET).value == pytest.approx(estimate(SMALL, TARGET).value + 7.0)


@every
def test_a_log_without_a_decision_of_the_policys_knows_nothing(estimate: Estimator) -> None:
    logged = LoggedDecisions(np.ones(50, np.intp), np.full(50, 0.9), np.full(50, 0.7), -1.0, 2.0)

    said = estimate(logged, np.tile([1.0, 0.0], (50, 1)))

    assert (said.low, said.high) == (-1.0, 2.0)


def test_decisions_that_the_policy_would_never_make_weigh_nothing() -> None:
    other = replace(SMALL, reward=np.where(SMALL.chosen == 1, 0.125, SMALL.reward))

    for estimate in (ips, snips, replay):
        assert estimate(other, FIRST) == estimate(SMALL, FIRST)


def test_a_log_that_tried_everything_supports_a_policy() -> None:
    rng = np.random.default_rng(4)
    logged, _ = drawn(rng, np.full((500, 2), 0.5), rng.random((500, 2)))

    found = support(logged, np.tile([1.0, 0.0], (500, 1)))

    assert not found.thin
    assert found.effective == pytest.approx(250, abs=5 * np.sqrt(125))
    assert found.largest_weight == 2.0


def test_support_is_thin_where_the_log_never_tried_half_of_what_the_policy_does() -> None:
    always = LoggedDecisions(np.zeros(500, np.intp), np.ones(500), np.full(500, 0.5))

    found = support(always, np.full((500, 2), 0.5))

    assert found.effective == pytest.approx(500)
    assert found.mean_weight == 0.5
    assert found.thin
    assert snips(always, np.full((500, 2), 0.5)).high >= 0.75


@pytest.mark.parametrize("floor", [0.3, 0.03, 0.001, 1e-5])
def test_the_intervals_hold_the_truth_however_rare_the_policys_choices_are(floor: float) -> None:
    """The model that the policy takes is chosen with this chance at one of two kinds of prompts."""
    rng, times, n = np.random.default_rng(6), 200, 250
    propensities = np.where(np.arange(n)[:, None] % 2, [0.5, 0.5], [floor, 1.0 - floor])
    target = np.tile([1.0, 0.0], (n, 1))
    holds = dict.fromkeys((ips, snips, unaided), 0)
    for _ in range(times):
        reward = (rng.random((n, 2)) < [0.7, 0.4]).astype(float)
        logged, _ = drawn(rng, propensities, reward)
        truth = reward[:, 0].mean()
        for estimate in holds:
            said = estimate(logged, target)
            holds[estimate] += said.low <= truth <= said.high

    assert min(holds.values()) >= 0.95 * times - 3 * np.sqrt(times * 0.95 * 0.05)


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"chosen": np.zeros(1, np.intp)}, "there are 1 decisions where two are needed"),
        ({"reward": np.ones(3)}, "are not equally many"),
        ({"propensity": np.array([0.5, 0.0, 0.5, 1.0])}, "a propensity is not above 0"),
        ({"propensity": np.array([0.5, np.nan, 0.5, 1.0])}, "a propensity is not above 0"),
        ({"reward": np.array([0.5, 0.0, 0.5, 1.5])}, "a reward is not from 0 to 1"),
        ({"reward": np.array([0.5, np.nan, 0.5, 1.0])}, "a reward is not from 0 to 1"),
        ({"least": 1.0}, "is not below the most"),
    ],
)
def test_a_log_that_makes_no_sense_is_refused(changes: dict[str, Vector], fact: str) -> None:
    with pytest.raises(ConfigError, match=fact):
        replace(SMALL, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "target", [TARGET[:3], TARGET[:, :1], TARGET[:, 0], 2 * TARGET, -TARGET, TARGET * np.nan]
)
def test_what_is_no_policy_is_refused(target: Matrix) -> None:
    for estimate in (ips, snips, replay, support):
        with pytest.raises(ConfigError, match="the policy"):
            estimate(SMALL, target)


def test_predictions_of_other_models_are_refused() -> None:
    for predicted in (np.zeros((4, 3)), np.full((4, 2), np.nan)):
        with pytest.raises(ConfigError, match="not one finite prediction"):
            dr(SMALL, TARGET, predicted)
