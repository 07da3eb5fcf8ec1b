"""Pictures over the length of a run: what was learned, what was lost, where requests went."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bandit.arrays import Vector
from simulations.report.bands import Band, band
from simulations.report.labels import name_ends
from simulations.report.settings import Cell
from simulations.report.style import Stroke, Theme, explain, legend, model_colors, panels, strokes
from simulations.trial import Measured

_WINDOW = 0.2
"""Of a run, over which a learning curve is averaged."""

_TRAFFIC_WINDOW = 0.05
"""The same of shares of traffic."""

Curve = Callable[[Measured], Vector]


def learning_curve(found: Sequence[Cell], theme: Theme) -> Figure:
    """Reward above the best single model's on the same requests, a moving average.

    The beginning, in which little is known and much is lost, does not decide what is in sight.
    """
    return _lines(found, theme, gain, "reward above best single", in_sight=_WINDOW)


def regret(found: Sequence[Cell], theme: Theme) -> Figure:
    """Cumulative regret against the best single model in hindsight."""
    return _lines(
        found, theme, lambda one: np.array(one.curves.regret_best_single), "cumulative regret"
    )


def traffic(found: Sequence[Cell], policy: str, models: Sequence[str], theme: Theme) -> Figure:
    """The share of each model over time, stacked from the cheapest, for one policy."""
    height = 3.1 + 0.08 * len(models)
    figure, axes = panels([str(cell.setting) for cell in found], theme, height)
    colors = model_colors(len(models))
    for panel, cell in zip(axes, found, strict=True):
        runs = cell.policies[policy]
        shares = [_mean_share(runs, model) for model in models]
        x = np.array([0.0, *_requests(runs)])
        panel.stackplot(
            x, shares, colors=colors, labels=models, linewidth=0.8, edgecolor=theme.paper
        )
        panel.set(ylim=(0, 1), xlim=(0, x[-1]))
        panel.yaxis.set_major_formatter("{x:.0%}")
        explain(panel, theme, x="requests", y="share of requests")
    legend(figure, axes[0], theme)
    return figure


def gain(one: Measured) -> Vector:
    """Reward above the best single model's, a moving average over the requests before each point.

    Shorter at the beginning, where there are not so many.
    """
    regret = np.array([0.0, *one.curves.regret_best_single])
    requests = np.array([0.0, *one.curves.requests])
    ends = np.arange(1, len(requests))
    begins = np.maximum(ends - max(1, round(_WINDOW * len(ends))), 0)
    gained: Vector = (regret[begins] - regret[ends]) / (requests[ends] - requests[begins])
    return gained


def _lines(
    found: Sequence[Cell], theme: Theme, curve: Curve, what: str, in_sight: float = 0.0
) -> Figure:
    """A panel of curves for each setting, all in sight that comes after a part of the run.

    The best single model is the line at zero. Beside the other yardsticks, which are far off,
    nothing could be told apart.
    """
    figure, axes = panels([str(cell.setting) for cell in found], theme)
    drawn = strokes([name for cell in found for name in cell.policies], theme)
    for panel, cell in zip(axes, found, strict=True):
        _zero(panel, cell, drawn["best-single"])
        heights = [0.0]
        for name, runs in cell.own().items():
            shown = band(np.array([curve(one) for one in runs]))
            drawn[name].line(panel, _requests(runs), shown)
            first = round(in_sight * len(shown.mean))
            heights += [*shown.low[first:], *shown.high[first:]]
        margin = 0.08 * max(float(np.ptp(heights)), 1e-6)
        panel.set_ylim(min(heights) - margin, max(heights) + margin)
        explain(panel, theme, x="requests", y=what)
    figure.draw_without_rendering()
    for panel in axes:
        name_ends(panel)
    return figure


def _zero(panel: Axes, cell: Cell, stroke: Stroke) -> None:
    x = _requests(next(iter(cell.policies.values())))
    nothing = np.zeros(len(x))
    stroke.line(panel, x, Band(nothing, nothing, nothing))
    panel.set_xlim(0, x[-1])


def _requests(runs: Sequence[Measured]) -> Vector:
    return np.array(runs[0].curves.requests, dtype=np.float64)


def _mean_share(runs: Sequence[Measured], model: str) -> Vector:
    """A moving average of a model's share, from the beginning on."""
    share = np.mean([one.curves.traffic_share[model] for one in runs], axis=0)
    ends = np.arange(1, len(share) + 1)
    begins = np.maximum(ends - max(1, round(_TRAFFIC_WINDOW * len(share))), 0)
    total = np.concatenate([[0.0], np.cumsum(share)])
    smooth: Vector = (total[ends] - total[begins]) / (ends - begins)
    return np.concatenate([smooth[:1], smooth])
