"""What a preference is worth."""

import numpy as np
import pytest

from bandit.decision import Preference
from bandit.policies.joint import joint_posterior
from bandit.policies.thompson import Thompson

APART = 0.1
"""How much better one model's answers are, on the whole."""


def believed(sees: str) -> float:
    """The difference that is believed after 200 duels, by how a judge says who won."""
    policy = Thompson(
        joint_posterior({"small": 0.65, "large": 0.65}, 8), source_noise={"judge": 0.04}
    )
    rng = np.random.default_rng(0)
    for seq in range(200):
        context = np.array([1.0, *(rng.standard_normal(7).clip(-2, 2) / 2)])
        points = round(APART + 0.15 * rng.standard_normal(), 1)
        said = points if sees == "points" else float(np.sign(points))
        policy.learn_preference(Preference(context, "large", "small", said, "judge", seq=seq))
    small, large = policy.posterior.mean_at(np.eye(8)[0], ["small", "large"]).tolist()
    return float(large - small)


def test_points_keep_a_difference_what_it_is_and_wins_alone_do_not() -> None:
    assert believed("points") == pytest.approx(APART, abs=0.04)
    assert believed("wins") > 3 * APART
