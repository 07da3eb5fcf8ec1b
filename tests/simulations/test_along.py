import numpy as np
import pytest

from bandit.objective import Objective
from simulations.along import curves
from simulations.hindsight import Hindsight
from tests.simulations.streams import MODELS, stream


def in_turn(requests: int) -> Hindsight:
    return Hindsight.of(stream(requests), Objective(1.0), np.arange(requests) % 3)


@pytest.mark.parametrize("requests", [1, 2, 99, 100, 101, 1234])
def test_there_are_up_to_a_hundred_points_and_the_last_is_the_end(requests: int) -> None:
    at = curves(in_turn(requests)).requests

    assert len(at) == min(requests, 100)
    assert at[-1] == requests
    assert set(np.diff([0, *at])) <= {requests // len(at), -(-requests // len(at))}


def test_a_run_of_few_requests_is_told_request_by_request() -> None:
    whole = in_turn(7)

    told = curves(whole)

    assert told.reward == pytest.approx(whole.obtained(whole.reward))
    assert told.traffic_share["fair"] == [0, 1, 0, 0, 1, 0, 0]


@pytest.mark.parametrize("requests", [60, 250])
def test_rewards_and_traffic_between_points_come_to_those_of_the_run(requests: int) -> None:
    whole = in_turn(requests)

    told = curves(whole)

    width = np.diff([0, *told.requests]) / requests
    assert width @ told.reward == pytest.approx(whole.obtained(whole.reward).mean())
    shares = [width @ told.traffic_share[model] for model in MODELS]
    assert shares == pytest.approx([(whole.chosen == k).mean() for k in range(3)])
    assert np.sum([told.traffic_share[model] for model in MODELS], axis=0) == pytest.approx(1.0)


def test_regret_is_what_was_lost_until_each_point() -> None:
    whole = in_turn(250)

    told = curves(whole)

    obtained = whole.obtained(whole.reward)
    best = whole.reward[:, whole.best(whole.reward)]
    for place in (0, 42, 99):
        until = slice(0, told.requests[place])
        lost = (best - obtained)[until].sum()
        most = (whole.reward.max(axis=1) - obtained)[until].sum()
        assert told.regret_best_single[place] == pytest.approx(lost)
        assert told.regret_oracle[place] == pytest.approx(most)
