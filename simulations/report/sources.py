"""The picture of what policies gain and lose on the prompts of each source."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bandit.arrays import Vector
from simulations.report.bands import Band, band
from simulations.report.settings import Cell
from simulations.report.style import Stroke, Theme, explain, legend, panels, strokes

_MOST_SOURCES, _MOST_POLICIES = 12, 4
_LONGEST = 28
"""Characters of a source's name that are shown."""


def sources(found: Sequence[Cell], theme: Theme) -> Figure:
    """Reward above the best single model's, on the sources of most requests, by policy."""
    named = [name for cell in found for name in cell.own()]
    shown = list(dict.fromkeys(named))[:_MOST_POLICIES]
    names = largest_sources(found)
    drawn = strokes(named, theme)
    height = 0.9 + len(names) * (0.14 + 0.08 * len(shown))
    figure, axes = panels([str(cell.setting) for cell in found], theme, height)
    for panel, cell in zip(axes, found, strict=True):
        _rows(panel, names, theme)
        for k, policy in enumerate(shown):
            places = np.arange(len(names), dtype=np.float64) + 0.7 * ((k + 0.5) / len(shown) - 0.5)
            bands = [gain_on(cell, policy, name) for name in names]
            _dots(panel, bands, places, drawn[policy])
        explain(panel, theme, x="reward above best single")
    legend(figure, axes[0], theme)
    return figure


def largest_sources(found: Sequence[Cell]) -> list[str]:
    """Where most requests come from, the most first."""
    count: Counter[str] = Counter()
    for cell in found:
        for runs in cell.policies.values():
            count.update({name: share.requests for name, share in runs[0].sources.items()})
    return [name for name, _ in count.most_common(_MOST_SOURCES)]


def gain_on(cell: Cell, policy: str, source: str) -> Band:
    """A policy's reward above the best single model's, on the same requests of one source."""
    best = {one.trial.seed: one for one in cell.policies.get("best-single", [])}
    gains = [
        one.sources[source].reward - best[one.trial.seed].sources[source].reward
        for one in cell.policies.get(policy, [])
        if one.trial.seed in best and source in one.sources
    ]
    return band(np.array(gains or [np.nan])[:, np.newaxis])


def _rows(panel: Axes, names: Sequence[str], theme: Theme) -> None:
    shown = [name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…" for name in names]
    panel.set_yticks(range(len(names)), shown)
    panel.set_ylim(len(names) - 0.4, -0.6)
    panel.tick_params(axis="y", length=0, labelcolor=theme.ink)
    panel.grid(visible=False, axis="y")
    panel.grid(axis="x", color=theme.faint, linewidth=0.8)
    panel.axvline(0.0, color=theme.muted, linewidth=1.2)


def _dots(panel: Axes, bands: Sequence[Band], places: Vector, stroke: Stroke) -> None:
    mean, low, high = (np.concatenate(part) for part in zip(*bands, strict=True))
    panel.hlines(places, low, high, color=stroke.color, linewidth=1.4, alpha=0.6)
    panel.plot(mean, places, "o", color=stroke.color, markersize=4.5, label=stroke.name)
