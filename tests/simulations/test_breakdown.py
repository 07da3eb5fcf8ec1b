import numpy as np
import pytest

from bandit.objective import Objective
from simulations.breakdown import by_source
from simulations.hindsight import Hindsight
from tests.simulations.streams import stream


def test_each_source_has_the_means_of_its_own_requests() -> None:
    environment = stream(12, sources=("b", "a", "b"))
    whole = Hindsight.of(environment, Objective(5.0), np.arange(12) % 2)

    told = by_source(whole, environment.sources)

    own = [t for t in range(12) if environment.sources[t] == "a"]
    assert list(told) == ["a", "b"]
    share = told["a"]
    assert share.requests == 4
    assert share.reward == pytest.approx(whole.obtained(whole.reward)[own].mean())
    assert share.quality == pytest.approx(whole.obtained(whole.quality)[own].mean())
    assert share.cost_usd == pytest.approx(whole.obtained(whole.cost_usd)[own].mean())
    assert share.traffic_share == {"cheap": 0.5, "fair": 0.5, "strong": 0.0}


def test_sources_come_to_the_whole() -> None:
    environment = stream(61, sources=("a", "b", "c", "b"))
    whole = Hindsight.of(environment, Objective(5.0), np.arange(61) % 3)

    told = by_source(whole, environment.sources).values()

    assert sum(share.requests for share in told) == 61
    reward = sum(share.requests * share.reward for share in told) / 61
    assert reward == pytest.approx(whole.obtained(whole.reward).mean())
    assert all(sum(share.traffic_share.values()) == pytest.approx(1.0) for share in told)
