"""A log that was written by the real writer, and what is true of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.arrays import Matrix
from service.storage.engine import migrate, open_engine
from service.storage.records import DecisionRecord, FeedbackRecord, OutcomeRecord, ScoredCandidate
from service.storage.writer import Writer
from tests.service.storage import samples

MODELS = ("small", "medium", "large")
COST_USD = np.array([0.0001, 0.001, 0.01])
COST_WEIGHT = 20.0


@dataclass(frozen=True, slots=True)
class World:
    """Requests, and what any choice at them would have come to."""

    quality: Matrix
    """Shape ``(n, K)``."""

    propensities: Matrix
    """What the log chose by, shape ``(n, K)``."""

    @property
    def reward(self) -> Matrix:
        """Of each model, shape ``(n, K)``."""
        reward: Matrix = self.quality - COST_WEIGHT * COST_USD
        return reward


def world(n: int, shares: Sequence[float]) -> World:
    """The dearer the better; the log chose by these shares."""
    quality = np.random.default_rng(1).random((n, 3)) * [0.5, 0.7, 1.0]
    return World(quality, np.tile(shares, (n, 1)))


async def fill(engine: AsyncEngine, world: World) -> None:
    """Write the decisions of a log, with their outcomes and ratings."""
    rng = np.random.default_rng(2)
    chosen = [int(rng.choice(3, p=propensities)) for propensities in world.propensities]
    records = [_records(i, k, world) for i, k in enumerate(chosen)]
    decisions, outcomes, ratings = zip(*records, strict=True)
    async with Writer(engine) as writer:
        await asyncio.gather(*(writer.append(one) for one in decisions))
        await asyncio.gather(*(writer.append(one) for one in outcomes))
        await asyncio.gather(*(writer.append_feedback(one) for one in ratings))


async def fill_file(url: str, world: World) -> None:
    """Make a database, and write a log into it."""
    engine = open_engine(url)
    await migrate(engine)
    await fill(engine, world)
    await engine.dispose()


def candidates(propensities: Sequence[float]) -> tuple[ScoredCandidate, ...]:
    """All models, as they were believed to be; the medium one best for its price."""
    return tuple(
        replace(
            samples.candidate(model),
            quality_mean=0.3 + 0.2 * k,
            expected_cost_usd=float(COST_USD[k]),
            propensity=float(propensities[k]),
        )
        for k, model in enumerate(MODELS)
    )


def _records(
    i: int, chosen: int, world: World
) -> tuple[DecisionRecord, OutcomeRecord, FeedbackRecord]:
    model, name = MODELS[chosen], f"d{i}"
    propensities = world.propensities[i].tolist()
    decision = samples.decision(
        name,
        candidates=candidates(propensities),
        chosen=model,
        propensity=propensities[chosen],
        cost_weight=COST_WEIGHT,
    )
    outcome = samples.outcome(name, model=model, cost_usd=float(COST_USD[chosen]))
    quality = float(world.quality[i, chosen])
    return decision, outcome, samples.rating(f"f{i}", name, model=model, quality=quality)
