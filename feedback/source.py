"""What each source's word is worth: how noisy it is, and how it compares with the reference."""

from dataclasses import dataclass
from math import exp, sqrt

from bandit.calibration import Pairs
from bandit.policies.thompson import Thompson
from bandit.scales import NOISE_SPREAD
from feedback.entry import QUALITY

_90_PER_CENT = 1.645


@dataclass(frozen=True, slots=True)
class Interval:
    """What is believed of a number, with the ends of its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Worth:
    """Of one source, by one metric."""

    source: str
    metric: str
    """Of comparisons, ``preference``."""

    ratings: float
    """How many stand; shares count for less than one."""

    noise_std: Interval
    """Deviation of what it says from what is expected of the answer, in points of its own scale."""

    overlap: float
    """How many of its words stand beside one of the reference."""

    offset: Interval
    """What it says of an answer that the reference calls worthless."""

    slope: Interval
    """What it makes of a point of the reference's."""

    heard: bool
    """Whether its words move beliefs: not where its slope may be none."""


def worth_of(policy: object) -> tuple[Worth, ...]:
    """All sources that a policy has heard of, by name; none where it keeps no account of them."""
    if not isinstance(policy, Thompson):
        return ()
    return tuple(_worth(policy, name) for name in sorted(policy.posterior.moments))


def _worth(policy: Thompson, name: str) -> Worth:
    source, _, metric = name.partition(" ")
    pairs = policy.pairs.get(name, Pairs())
    line = pairs.line()
    ratings = float(policy.posterior.moments[name].count.sum())
    return Worth(
        source=source,
        metric=metric or QUALITY,
        ratings=ratings,
        noise_std=_noise_std(policy.posterior.noise_of(name), ratings),
        overlap=pairs.count,
        offset=Interval(line.offset, *line.offset_interval()),
        slope=Interval(line.slope, *line.slope_interval()),
        heard=policy.posterior.calibration_of(name).slope > 0.0,
    )


def _noise_std(variance: float, ratings: float) -> Interval:
    """By the curvature of a log-normal belief where it has met ``ratings`` normal residuals."""
    spread = 1.0 / sqrt(max(ratings, 0.0) / 2.0 + 1.0 / NOISE_SPREAD**2)
    factor = exp(0.5 * _90_PER_CENT * spread)
    std = sqrt(variance)
    return Interval(std, std / factor, std * factor)
