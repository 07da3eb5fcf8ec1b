"""The picture of quality over cost: fixed models, their mixes, policies."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from bandit.arrays import Matrix
from simulations.fixed import FixedModel
from simulations.report.content import Content
from simulations.report.labels import name_dots
from simulations.report.style import Stroke, Theme, explain, legend, panels, strokes
from simulations.summary import Point, RunSummary, Summary
from simulations.zero_router import zero_router

_LOG_ABOVE = 15.0
"""Where the dearest model costs so many times the cheapest, dollars are on a log scale."""

_LEFT_OUT = {"best-single"}
"""It is one of the fixed models."""

_MOST_CROSSES = 8
"""With more points than that, how sure each is hides the line; tables tell it."""

Spots = Sequence[Point | RunSummary]


def frontier(content: Content, theme: Theme) -> Figure:
    """Mean quality over mean dollars of a thousand requests, a panel for each scenario."""
    found = _by_scenario(content.summary)
    figure, axes = panels(list(found) if len(found) > 1 else [""], theme, height=4.4)
    drawn = strokes([name for policies in found.values() for name in policies], theme)
    for panel, (scenario, policies) in zip(axes, found.items(), strict=True):
        panel.margins(x=0.08, y=0.1)
        _mixes(panel, content.fixed[scenario], theme)
        for name, spots in policies.items():
            _line(panel, spots, drawn[name])
        explain(panel, theme, x="dollars of 1,000 requests", y="quality")
    legend(figure, axes[0], theme)
    figure.draw_without_rendering()
    for panel, scenario in zip(axes, found, strict=True):
        fixed = content.fixed[scenario]
        name_dots(panel, [one.model for one in fixed], _places(fixed), theme.ink)
    return figure


def _by_scenario(summary: Summary) -> Mapping[str, Mapping[str, Spots]]:
    """Of each scenario what is drawn of each policy, which may be nothing yet."""
    found: dict[str, dict[str, list[Point | RunSummary]]] = {}
    for swept in summary.frontiers:
        found.setdefault(swept.scenario, {})[swept.policy] = list(swept.points)
    for run in () if summary.frontiers else summary.runs:
        found.setdefault(run.scenario, {}).setdefault(run.policy, []).append(run)
    return {
        scenario: {name: spots for name, spots in policies.items() if name not in _LEFT_OUT}
        for scenario, policies in found.items()
    }


def _mixes(panel: Axes, fixed: Sequence[FixedModel], theme: Theme) -> None:
    """The fixed models, and what mixing them can reach."""
    cost, quality = _places(fixed).T
    if cost.max() > _LOG_ABOVE * max(cost.min(), 1e-9):
        panel.set_xscale("log")
        panel.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        panel.xaxis.set_major_formatter("{x:g}")
        panel.xaxis.set_minor_locator(NullLocator())
    panel.plot(cost, quality, "o", color=theme.ink, markersize=4, zorder=3)
    reached = np.geomspace(max(cost.min(), 1e-9), cost.max(), 200)
    line = panel.plot(reached, zero_router(cost, quality, reached), color=theme.muted)
    line[0].set(linewidth=1.2, dashes=(5, 2), label="zero-router")


def _line(panel: Axes, spots: Spots, stroke: Stroke) -> None:
    cost, quality = 1000 * _figures(spots, "cost_usd"), _figures(spots, "quality")
    order = np.argsort(cost[:, 0])
    if len(spots) <= _MOST_CROSSES:
        _crosses(panel, cost, quality, stroke)
    (line,) = panel.plot(
        cost[order, 0], quality[order, 0], marker=stroke.marker, color=stroke.color, markersize=4
    )
    line.set(linewidth=stroke.width, label=stroke.name)
    if stroke.dashes:
        line.set_dashes(stroke.dashes)


def _crosses(panel: Axes, cost: Matrix, quality: Matrix, stroke: Stroke) -> None:
    """How sure each point is, in both directions."""
    panel.errorbar(
        cost[:, 0],
        quality[:, 0],
        xerr=_reach(cost),
        yerr=_reach(quality),
        fmt="none",
        ecolor=stroke.color,
        elinewidth=0.8,
        alpha=0.7,
    )


def _places(fixed: Sequence[FixedModel]) -> Matrix:
    """Dollars of a thousand requests and quality, shape ``(K, 2)``."""
    return np.array([(1000 * one.cost_usd, one.quality) for one in fixed])


def _reach(figures: Matrix) -> Matrix:
    """How far the interval goes down and up from the mean, shape ``(2, P)``."""
    mean, low, high = figures.T
    return np.maximum([mean - low, high - mean], 0.0)


def _figures(spots: Spots, what: str) -> Matrix:
    """Mean, low and high of each, shape ``(P, 3)``."""
    figures = [getattr(spot, what) for spot in spots]
    return np.array([(one.mean, one.low, one.high) for one in figures], dtype=np.float64)
