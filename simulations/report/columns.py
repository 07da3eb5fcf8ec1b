"""What is told of every run."""

from collections.abc import Callable
from dataclasses import dataclass

from simulations.report.wording import (
    interval,
    mean,
    per_thousand,
    percent,
    plain,
    signed,
    total,
    whole,
)
from simulations.summary import RunSummary


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that is told of every run."""

    heading: str
    meaning: str
    cell: Callable[[RunSummary], str]
    brief: bool = False
    """Whether it is told in a terminal too."""


def _traffic(run: RunSummary) -> str:
    """The three largest shares, in whole per cent."""
    shares = {model: share.mean or 0.0 for model, share in run.traffic_share.items()}
    largest = sorted(shares, key=lambda model: -shares[model])[:3]
    return ", ".join(f"{model} {shares[model]:.0%}" for model in largest if shares[model] > 0.005)


COLUMNS = (
    Column(
        "reward",
        "quality minus cost at the rate of the setting, mean of a request",
        lambda run: interval(run.reward, plain),
        brief=True,
    ),
    Column(
        "second half",
        "reward over the second half of the requests",
        lambda run: interval(run.reward_second_half, plain),
        brief=True,
    ),
    Column(
        "quality",
        "mean of an answer, from 0 to 1",
        lambda run: mean(run.quality, plain),
        brief=True,
    ),
    Column(
        "$ / 1,000",
        "dollars of a thousand requests",
        lambda run: mean(run.cost_usd, per_thousand),
        brief=True,
    ),
    Column(
        "vs zero-router",
        "quality above what mixing fixed models would have had for the same dollars",
        lambda run: interval(run.zero_router_distance, signed),
        brief=True,
    ),
    Column(
        "vs zero-router, 2nd half",
        "the same over the second half of the requests",
        lambda run: interval(run.zero_router_distance_second_half, signed),
        brief=True,
    ),
    Column(
        "regret vs best single",
        "reward lost against the best fixed model in hindsight, summed over the run; below zero is "
        "better than it",
        lambda run: interval(run.regret_best_single, total),
        brief=True,
    ),
    Column(
        "regret vs oracle",
        "the same against the best answer to each request, its luck included",
        lambda run: mean(run.regret_oracle, total),
        brief=True,
    ),
    Column(
        "regret vs ridge",
        "the same against ridge regression on every model's answers to other prompts",
        lambda run: mean(run.regret_ridge, total),
    ),
    Column(
        "true regret",
        "expected reward lost against the best choices; known in made worlds alone",
        lambda run: mean(run.true_regret, total),
    ),
    Column(
        "headroom",
        "share captured of what the oracle has above the best single model",
        lambda run: mean(run.headroom_captured, percent),
    ),
    Column(
        "savings",
        "dollars saved against always the strongest model, where quality is as good",
        lambda run: mean(run.savings, percent),
    ),
    Column(
        "90 % covers",
        "how often the 90 % interval of the belief held the truth",
        lambda run: mean(run.coverage_90, percent),
        brief=True,
    ),
    Column(
        "adapts in",
        "requests from the scenario's change until traffic goes where it goes in the end",
        lambda run: mean(run.adaptation_requests, whole),
    ),
    Column("traffic", "the models most requests went to", _traffic),
    Column("seconds", "of computing, one run", lambda run: mean(run.seconds, total)),
)

BRIEF = tuple(column for column in COLUMNS if column.brief)
"""What fits into a terminal."""

MEANINGS = {column.heading: column.meaning for column in COLUMNS}

WORST = "vs zero-router, at worst"
FRONTIER_MEANINGS = {
    "APGR": "average performance gap recovered: the area under the share of the gap between the "
    "weak and the strong model that is closed, over the strong model's share; 0.5 is a random mix; "
    "of two models only",
    "APGR of dollars": "the same over the share of the dollars between always the cheaper and "
    "always the dearer model",
    "CPT 50 %": "the least share of the strong model that closes half of the gap",
    "CPT 80 %": "the same of four fifths",
    "AIQ": "average improvement in quality: mean quality of the non-decreasing hull of all "
    "settings, from the cheapest model's cost to the dearest's",
    WORST: "quality above what mixing fixed models would have had for the same dollars, at the "
    "setting at which it is least",
    "settings": "of the dial: as many as it takes for the strongest model's share to move by no "
    "more than a tenth from one to the next",
}
