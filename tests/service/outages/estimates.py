"""What the hour's log says of other policies, and what is true.

The truth is of the logged decisions, each in the world as it was at that moment: a policy that
chooses a model there gets that model's answer, or, where it would have failed, that of the next
model in the decision's own order that would have answered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from bandit.arrays import Matrix, Vector
from bandit.decision import Policy
from bandit.policies.weighted import Weighted
from service.evaluation import Log, Target, asked, evaluate, greedy, read
from service.storage.rated import RatedDecision
from tests.service.outages.hour import Hour
from tests.service.outages.world import LATENCY_WEIGHT, MODELS, World, slowness

_FIXED: Mapping[str, Policy] = {f"fixed:{model}": Weighted({model: 1.0}) for model in MODELS}
TARGETS: Mapping[str, Target] = {
    **{name: asked(policy) for name, policy in _FIXED.items()},
    "random": asked(Weighted()),
    "greedy": greedy,
}


@dataclass(frozen=True, slots=True)
class Said:
    """An estimate, and the truth."""

    policy: str
    estimator: str
    value: float
    low: float
    high: float
    truth: float
    thin: bool

    @property
    def holds(self) -> bool:
        """Whether the truth is in the interval."""
        return self.low <= self.truth <= self.high


def estimates(world: World, hour: Hour) -> Iterator[Said]:
    """By every estimator, of every policy."""
    log = read(hour.log)
    rewards = _rewards(world, hour, log)
    for name, target in TARGETS.items():
        truth = float((log.on_axis(target) * rewards).sum(axis=1).mean())
        found = evaluate(log, target)
        by = {"SNIPS": found.snips, "doubly robust": found.dr, "IPS": found.ips}
        for estimator, said in by.items():
            yield Said(name, estimator, said.value, said.low, said.high, truth, found.support.thin)


def _rewards(world: World, hour: Hour, log: Log) -> Matrix:
    """Expected reward of choosing each candidate of each logged decision, shape ``(n, K)``."""
    return log.on_axis(lambda row: _of_candidates(world, hour, row))


def _of_candidates(world: World, hour: Hour, row: RatedDecision) -> Vector:
    number = row.seq - 1
    able = hour.requests[number].able
    order = sorted(row.candidates, key=lambda each: -each.utility)
    stand_in = next(each.model for each in order if each.model in able)
    serving = [each.model if each.model in able else stand_in for each in row.candidates]
    return np.array([_reward(world, number, model) for model in serving])


def _reward(world: World, number: int, model: str) -> float:
    k, now = MODELS.index(model), float(world.at[number])
    seconds = float(world.seconds[number, k]) * slowness(model, now)
    return float(world.worth[number, k]) - LATENCY_WEIGHT * seconds
