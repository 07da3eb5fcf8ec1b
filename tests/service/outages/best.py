"""The best that was available: what whoever knows everything would have earned.

Three who know, of every moment, which models would answer and how slow each of them is:

- ``best order`` asks, of the models that would answer, the one that is worth most on average as
  things are. It is the best that can be done without looking at prompts, and the bar: no fixed
  model can be compared with, for each of them was out at some time.
- ``by kind`` also knows what kind of task each prompt is, and how good every model is at each.
- ``omniscient`` knows how likely each model is to be right at each prompt.

What the limited model lets through is counted by whom they ask, not by whom the router asked.
"""

from collections.abc import Mapping

import numpy as np

from bandit.arrays import Matrix, Vector
from tests.service.outages.hour import Hour
from tests.service.outages.world import LATENCY_WEIGHT, MODELS, Quota, World, is_down, slowness


def earned(world: World, hour: Hour) -> Vector:
    """Expected reward of what the router did, by request, with all that its client waited for.

    A request that nobody answered has no quality.
    """
    answers = [
        world.worth[number, MODELS.index(request.served)] if request.served else 0.0
        for number, request in enumerate(hour.requests)
    ]
    waited = np.array([request.seconds for request in hour.requests])
    rewards: Vector = np.array(answers) - LATENCY_WEIGHT * waited
    return rewards


def available(world: World) -> Mapping[str, Vector]:
    """Expected reward of each who knows, by request."""
    average = np.broadcast_to(world.worth.mean(axis=0), world.worth.shape)
    known = {"best order": average, "by kind": _by_kind(world), "omniscient": world.worth}
    return {name: _followed(world, believed) for name, believed in known.items()}


def _by_kind(world: World) -> Matrix:
    """Mean worth of each model at requests of the same kind."""
    means = np.empty_like(world.worth)
    for kind in set(world.kinds):
        same = np.array([other == kind for other in world.kinds])
        means[same] = world.worth[same].mean(axis=0)
    return means


def _followed(world: World, believed: Matrix) -> Vector:
    """Rewards of asking, at each request, the able model that is believed to be worth most."""
    quota, rewards = Quota(), []
    for number, now in enumerate(world.at.tolist()):
        seconds = world.seconds[number] * [slowness(model, now) for model in MODELS]
        usual = world.usual_seconds * [slowness(model, now) for model in MODELS]
        able = [not is_down(model, now) and quota.has_room(model, now) for model in MODELS]
        worth = np.where(able, believed[number] - LATENCY_WEIGHT * usual, -np.inf)
        best = int(worth.argmax())
        quota.take(MODELS[best], now)
        rewards.append(world.worth[number, best] - LATENCY_WEIGHT * seconds[best])
    return np.array(rewards)
