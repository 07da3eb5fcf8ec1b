"""One cell of an experiment, and what was measured of it."""

import msgspec

from simulations.fixed import FixedModel


class Trial(msgspec.Struct, frozen=True):
    """One policy, once, under one setting; equal trials give equal results anywhere."""

    policy: str
    """A name of the registry, with options: ``thompson`` or ``thompson:exploration=0.2``."""

    scenario: str
    willingness_to_pay_usd: float
    """Dollars that one point of quality is worth; infinity ignores cost."""

    seed: int
    requests: int


class Share(msgspec.Struct, frozen=True):
    """What became of the prompts of one source."""

    requests: int
    reward: float
    quality: float
    cost_usd: float
    traffic_share: dict[str, float]


class Curves(msgspec.Struct, frozen=True):
    """What changes along a run, at up to a hundred evenly spaced requests."""

    requests: list[int]
    """How many requests had been made at each point."""

    reward: list[float]
    """Mean reward of the requests since the point before."""

    regret_best_single: list[float]
    """Cumulative, against the best single model in hindsight."""

    regret_oracle: list[float]
    """Cumulative, against the best model of each request."""

    traffic_share: dict[str, list[float]]
    """Of each model, among the requests since the point before."""


class Measured(msgspec.Struct, frozen=True):
    """What one trial came to; `simulations.measures` has the formulas."""

    trial: Trial
    reward: float
    reward_second_half: float
    quality: float
    quality_second_half: float
    cost_usd: float
    """Mean dollars of a request."""

    cost_usd_second_half: float
    best_single: str
    """The model with the largest mean reward over the whole run."""

    best_single_reward: float
    best_single_reward_second_half: float
    """Of the model that was best over the second half."""

    oracle_reward: float
    ridge_reward: float
    """Of full-information ridge on the same contexts, cross-fitted."""

    regret_best_single: float
    regret_oracle: float
    regret_ridge: float
    true_regret: float | None
    """In expected quality; None where that is not known."""

    zero_router_distance: float
    zero_router_distance_second_half: float
    headroom_captured: float | None
    savings: float | None
    coverage_90: float | None
    """None where the policy believes nothing."""

    strong_share: float
    """Share of requests that went to the model of the highest mean quality."""

    strong_share_second_half: float
    """The same; the model is that of the highest mean quality over the second half."""

    fixed_second_half: list[FixedModel]
    """The models that were able then, from the cheapest to the dearest."""

    adaptation_requests: int | None
    traffic_share: dict[str, float]
    sources: dict[str, Share]
    curves: Curves
    seconds: float
