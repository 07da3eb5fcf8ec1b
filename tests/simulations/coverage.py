"""How often intervals hold the true value, over many made streams.

Run with ``python -m tests.simulations.coverage --logger thompson:floor=0.1 --logger lin-ts``.
"""

import argparse
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import softmax

from bandit.arrays import Matrix
from bandit.estimators import Estimate, LoggedDecisions, dr, ips, snips, support
from bandit.objective import Objective
from simulations.environment import Environment
from simulations.logged import believed_reward, logged_decisions, true_value
from simulations.policies import build
from simulations.run import run
from simulations.synthetic import Synthetic

OBJECTIVE = Objective(cost_weight=10.0)
CONTEXT_SIZE = 4
TARGETS = ("best", "worst", "random", "prompt")
ESTIMATORS: Mapping[str, Callable[[LoggedDecisions, Matrix, Matrix], Estimate]] = {
    "ips": lambda logged, target, _: ips(logged, target),
    "snips": lambda logged, target, _: snips(logged, target),
    "dr": dr,
}


@dataclass(frozen=True, slots=True)
class Held:
    """What one estimator said of one policy on one stream."""

    target: str
    estimator: str
    holds: bool
    width: float
    thin: bool


def held(logger: str, streams: int, requests: int) -> Iterator[Held]:
    """Log so many streams by a policy, and compare what is estimated with what is true."""
    for seed in range(streams):
        environment = stream(seed, requests)
        rng = np.random.default_rng([seed, zlib.crc32(logger.encode())])
        policy = build(logger, environment.models, CONTEXT_SIZE, seed)
        done = run(policy, environment, OBJECTIVE, rng)
        logged = logged_decisions(environment, done, OBJECTIVE)
        predicted = believed_reward(environment, done, OBJECTIVE)
        for name in TARGETS:
            target = of(name, environment)
            truth = true_value(environment, OBJECTIVE, target)
            thin = support(logged, target).thin
            for estimator, estimate in ESTIMATORS.items():
                said = estimate(logged, target, predicted)
                holds = said.low <= truth <= said.high
                yield Held(name, estimator, holds, said.high - said.low, thin)


def stream(seed: int, requests: int) -> Environment:
    """A made stream of three models; its contexts are cut short to save time."""
    origin = Synthetic(skills=3, models=3, informative=0.15, grades="graded", world=seed % 10)
    environment = origin.environment(requests, np.random.default_rng(seed))
    return replace(environment, contexts=environment.contexts[:, :CONTEXT_SIZE])


def of(name: str, environment: Environment) -> Matrix:
    """What a policy would do on a stream: the best model, the worst, any, or by the prompt."""
    reward = environment.reward(OBJECTIVE.cost_weight)
    score = {
        "best": 1e3 * reward.mean(axis=0),
        "worst": -1e3 * reward.mean(axis=0),
        "random": np.zeros(3),
        "prompt": 4.0 * environment.contexts[:, 1:2] * np.array([1.0, 0.0, -1.0]),
    }[name]
    target: Matrix = softmax(np.broadcast_to(score, reward.shape), axis=1)
    return target


def main() -> None:
    """Print a table of how often, how wide, and how often support was thin."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logger", action="append")
    parser.add_argument("--streams", type=int, default=300)
    parser.add_argument("--requests", type=int, default=600)
    asked = parser.parse_args()
    for logger in asked.logger or ["thompson:floor=0.1", "thompson"]:
        print(f"\n{logger}, {asked.streams} streams of {asked.requests} requests")  # noqa: T201
        print("policy   estimator  holds  median width  thin support")  # noqa: T201
        found = list(held(logger, asked.streams, asked.requests))
        for name in TARGETS:
            for estimator in ESTIMATORS:
                mine = [h for h in found if (h.target, h.estimator) == (name, estimator)]
                holds, width, thin = (
                    np.mean([h.holds for h in mine]),
                    np.median([h.width for h in mine]),
                    np.mean([h.thin for h in mine]),
                )
                print(f"{name:8} {estimator:9}  {holds:.3f}  {width:12.3f}  {thin:12.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
