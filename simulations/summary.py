"""What a report says, as data: the content of ``summary.json``."""

from typing import Any, Literal

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """A mean over seeds with its 95 % bootstrap interval; all null where it does not apply."""

    mean: float | None
    low: float | None
    high: float | None


class BestSingle(msgspec.Struct, frozen=True):
    """The best fixed model in hindsight: the most frequent over seeds, and the mean reward."""

    model: str
    reward: Figure
    reward_second_half: Figure


class RunSummary(msgspec.Struct, frozen=True):
    """One policy under one scenario and setting of the dial, over all seeds."""

    policy: str
    scenario: str
    willingness_to_pay_usd: float | Literal["inf"]
    seeds: int
    reward: Figure
    reward_second_half: Figure
    quality: Figure
    cost_usd: Figure
    regret_best_single: Figure
    regret_oracle: Figure
    regret_ridge: Figure
    true_regret: Figure
    """Null but in worlds of our making."""

    zero_router_distance: Figure
    zero_router_distance_second_half: Figure
    headroom_captured: Figure
    savings: Figure
    coverage_90: Figure
    adaptation_requests: Figure
    traffic_share: dict[str, Figure]
    best_single: BestSingle
    oracle_reward: Figure
    ridge_reward: Figure
    seconds: Figure


class Point(msgspec.Struct, frozen=True):
    """One setting of the dial on a frontier."""

    willingness_to_pay_usd: float | Literal["inf"]
    quality: Figure
    cost_usd: Figure
    strong_share: Figure


class Frontier(msgspec.Struct, frozen=True):
    """A policy's quality over its cost as the dial is swept, over the second half of the runs."""

    policy: str
    scenario: str
    points: list[Point]
    apgr: Figure
    """Null unless there are two models."""

    apgr_usd: Figure
    """The same over the share of dollars, in place of calls."""

    cpt50: Figure
    cpt80: Figure
    aiq: Figure


class Summary(msgspec.Struct, frozen=True):
    """Everything a report says."""

    data: str
    models: list[str]
    requests: int
    seeds: int
    runs: list[RunSummary]
    frontiers: list[Frontier]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a summary."""
    return msgspec.json.schema(Summary)
