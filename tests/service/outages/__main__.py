"""An hour in which models flap, refuse and slow down, and what the router makes of it.

Run with ``python -m tests.service.outages --seed 1 --seed 2 --requests 3600``.
"""

import argparse
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from bandit.arrays import Vector
from tests.service.outages.best import available, earned
from tests.service.outages.estimates import TARGETS, Said, estimates
from tests.service.outages.hour import Hour, lived
from tests.service.outages.world import MODELS, World, drawn

ESTIMATORS = ("SNIPS", "doubly robust", "IPS")


def main() -> None:
    """Print what was earned, seed by seed, and how often the log's intervals held the truth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, action="append")
    parser.add_argument("--requests", type=int, default=3600)
    parser.add_argument("--fails-after", type=float, default=0.3, help="seconds")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    said = list[Said]()
    for seed in asked.seed or [1]:
        world = drawn(asked.requests, seed, asked.fails_after)
        hours = {
            "the router": _hour(world, seed, aware=True),
            "unaware of who fails": _hour(world, seed, aware=False),
        }
        _print_rewards(seed, world, hours)
        said += [one for hour in hours.values() for one in estimates(world, hour)]
    _print_coverage(said)


def _hour(world: World, seed: int, *, aware: bool) -> Hour:
    with TemporaryDirectory() as folder:
        return lived(world, seed, Path(folder), aware=aware)


def _print_rewards(seed: int, world: World, hours: Mapping[str, Hour]) -> None:
    best = available(world)
    bar = best["best order"]
    print(f"\nseed {seed}: mean reward of {len(bar)} requests")  # noqa: T201
    print(f"{'':22}{'reward':>8}{'of best':>9}{'2nd half':>9}{'calls':>7}{'seconds':>9}  served by")  # noqa: T201
    for name, rewards in best.items():
        print(_row(name, rewards, bar))  # noqa: T201
    for name, hour in hours.items():
        print(_row(name, earned(world, hour), bar) + _told(hour))  # noqa: T201


def _row(name: str, rewards: Vector, bar: Vector) -> str:
    half = len(bar) // 2
    of_best, later = rewards.mean() / bar.mean(), rewards[half:].mean() / bar[half:].mean()
    return f"{name:22}{rewards.mean():8.4f}{of_best:9.4f}{later:9.4f}"


def _told(hour: Hour) -> str:
    seconds = sum(request.seconds for request in hour.requests) / len(hour.requests)
    served = [request.served for request in hour.requests]
    shares = ", ".join(f"{model} {served.count(model) / len(served):.0%}" for model in MODELS)
    return f"{hour.calls:7}{seconds:9.2f}  {shares}, nobody {served.count(None)}"


def _print_coverage(said: Iterable[Said]) -> None:
    said = list(said)
    print("\nintervals that hold the truth, both ways of living together")  # noqa: T201
    for policy in TARGETS:
        cells = [_count(said, policy, estimator) for estimator in ESTIMATORS]
        print(f"{policy:16}" + "".join(f"  {cell:24}" for cell in cells))  # noqa: T201
    held = sum(one.holds for one in said)
    print(f"in all {held} of {len(said)}, {held / len(said):.1%}")  # noqa: T201


def _count(said: Iterable[Said], policy: str, estimator: str) -> str:
    mine = [one for one in said if (one.policy, one.estimator) == (policy, estimator)]
    return f"{estimator} {sum(one.holds for one in mine)} of {len(mine)}"


if __name__ == "__main__":
    main()
