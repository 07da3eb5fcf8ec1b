"""What each segment gets, and who rates."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bandit.arrays import Vector
from feedback.segments.lower import Lower, compared
from feedback.segments.shares import Mean, mean_of, share_of
from feedback.segments.traffic import Flags, Said, Traffic

MOST_SEGMENTS = 200


@dataclass(frozen=True, slots=True)
class Rated:
    """What one source says of some decisions."""

    rated: Mean
    """Share of the decisions on which its word stands."""

    quality: Mean
    """Of its words, each as much as it counts for."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The decisions whose tag has one value."""

    value: str | None
    """None is all that have no such tag."""

    decisions: int
    traffic: Mapping[str, float]
    """Share of its decisions that each model answered."""

    explored: Mean
    """Share of its decisions that fell on a model which did not look best."""

    cost_usd_mean: float | None
    """Of decisions whose cost is known."""

    sources: Mapping[str, Rated]
    lower: Lower | None
    """By the reference source, against the rest; None where there are too few ratings."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How many ratings each word counts for."""

    least: float
    mean: float
    most: float
    worth: float
    """So many words that all count for the same tell of a mean what these do: by Kish's formula,
    ``sum(w)² / sum(w²)``. Source: Kish, Survey Sampling, 1965."""


@dataclass(frozen=True, slots=True)
class WhoRates:
    """Where one source's words fall; were it a lottery, the shares would be alike."""

    by_model: Mapping[str, Mean]
    """Share of the decisions each model answered that it rated."""

    by_expected: tuple[Mean, ...]
    """The same of the third of which least was expected, the middle one, and the best."""

    weights: Spread | None
    """Of its words; None where none counts."""


@dataclass(frozen=True, slots=True)
class Report:
    """A route's decisions, by segment."""

    decisions: int
    segments: tuple[Segment, ...]
    """Those with the most decisions first."""

    left_out: int
    """Further segments, of fewer decisions."""

    expected_thirds: tuple[float, ...]
    """The two expected qualities between the thirds of `WhoRates`; none where none is known."""

    who_rates: Mapping[str, WhoRates]
    """By source."""


def reported(traffic: Traffic, reference: str) -> Report:
    """Sum decisions up by segment, and by who rates.

    Args:
        traffic: The decisions.
        reference: The source by whose words segments are compared.
    """
    said = traffic.said.get(reference)
    lower = compared(traffic.segments, said) if said is not None else {}
    shown = list(enumerate(traffic.segments.names))[:MOST_SEGMENTS]
    thirds = _thirds(traffic.expected)
    return Report(
        decisions=len(traffic),
        segments=tuple(_segment(traffic, code, value, lower.get(value)) for code, value in shown),
        left_out=len(traffic.segments.names) - len(shown),
        expected_thirds=thirds,
        who_rates={name: _who_rates(traffic, one, thirds) for name, one in traffic.said.items()},
    )


def _segment(traffic: Traffic, code: int, value: str | None, lower: Lower | None) -> Segment:
    among = traffic.segments.codes == code
    return Segment(
        value=value,
        decisions=int(among.sum()),
        traffic=_traffic(traffic, among),
        explored=share_of(traffic.explored[among]),
        cost_usd_mean=_known_mean(traffic.cost_usd[among]),
        sources={name: _rated(said, among) for name, said in traffic.said.items()},
        lower=lower,
    )


def _traffic(traffic: Traffic, among: Flags) -> dict[str, float]:
    counts = np.bincount(traffic.models.codes[among], minlength=len(traffic.models.names))
    shares = counts / max(int(counts.sum()), 1)
    return {
        str(model): float(share)
        for model, share in zip(traffic.models.names, shares, strict=True)
        if share
    }


def _rated(said: Said, among: Flags) -> Rated:
    weight = said.weight[among]
    return Rated(share_of(weight > 0.0), mean_of(said.quality[among], weight))


def _who_rates(traffic: Traffic, said: Said, thirds: tuple[float, ...]) -> WhoRates:
    rated = said.weight > 0.0
    known = ~np.isnan(traffic.expected)
    third = np.digitize(traffic.expected, thirds, right=True)
    return WhoRates(
        by_model={
            str(model): share_of(rated[traffic.models.codes == code])
            for code, model in enumerate(traffic.models.names)
        },
        by_expected=tuple(share_of(rated[known & (third == k)]) for k in range(3))
        if thirds
        else (),
        weights=_spread(said.weight[rated]),
    )


def _spread(weights: Vector) -> Spread | None:
    if not len(weights):
        return None
    worth = float(weights.sum() ** 2 / (weights @ weights))
    return Spread(float(weights.min()), float(weights.mean()), float(weights.max()), worth)


def _thirds(expected: Vector) -> tuple[float, ...]:
    known = expected[~np.isnan(expected)]
    return tuple(float(q) for q in np.quantile(known, [1 / 3, 2 / 3])) if len(known) else ()


def _known_mean(values: Vector) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None
