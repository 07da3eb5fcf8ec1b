"""What changes along a run."""

import numpy as np

from bandit.arrays import Indices, Matrix, Vector
from simulations.hindsight import Hindsight, at
from simulations.trial import Curves

_MOST_POINTS = 100


def curves(hindsight: Hindsight) -> Curves:
    """The curves of a run at up to a hundred evenly spaced requests, the last among them."""
    ends = points(len(hindsight))
    obtained = hindsight.obtained(hindsight.reward)
    single = at(hindsight.reward, hindsight.always(hindsight.reward))
    traffic = _means(np.eye(len(hindsight.models))[hindsight.chosen], ends)
    return Curves(
        requests=ends.tolist(),
        reward=_means(obtained[:, None], ends)[:, 0].tolist(),
        regret_best_single=_sums(single - obtained, ends),
        regret_oracle=_sums(hindsight.reward.max(axis=1) - obtained, ends),
        traffic_share={model: traffic[:, k].tolist() for k, model in enumerate(hindsight.models)},
    )


def points(requests: int) -> Indices:
    """How many requests had been made at each point.

    >>> points(5).tolist(), points(250)[[0, 1, -1]].tolist()
    ([1, 2, 3, 4, 5], [2, 5, 250])
    """
    count = min(requests, _MOST_POINTS)
    return np.linspace(0, requests, count + 1).round().astype(np.intp)[1:]


def _means(values: Matrix, ends: Indices) -> Matrix:
    """Over the requests since the point before, shape ``(P, n)``."""
    begins = np.concatenate([[0], ends[:-1]])
    means: Matrix = np.add.reduceat(values, begins) / (ends - begins)[:, None]
    return means


def _sums(values: Vector, ends: Indices) -> list[float]:
    """Over all requests until each point."""
    sums: list[float] = np.cumsum(values)[ends - 1].tolist()
    return sums
