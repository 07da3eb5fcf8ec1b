"""How pictures look: paper and ink, a colour for each policy and each model, panels."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from bandit.arrays import Vector
from simulations.report.bands import Band

_COLUMNS = 2
_WIDTH, _HEIGHT = 5.2, 3.3
"""Inches of one panel."""

_SMALL = 8.5
"""Points of all letters but the titles'."""

_ONE_ROW = 60
"""Letters of names that stand in one row of a legend."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a picture on light or on dark paper."""

    paper: str
    ink: str
    muted: str
    """Of yardsticks and of text that explains."""

    faint: str
    """Of grid lines."""

    policies: tuple[str, ...]
    """Tellable apart with any colour vision; after Okabe and Ito (2008)."""


LIGHT = Theme(
    paper="#ffffff",
    ink="#1c2024",
    muted="#6a7178",
    faint="#e4e7ea",
    policies=("#0072b2", "#d55e00", "#009e73", "#b5508f", "#a67c00", "#3d9bd6", "#7a2a1d"),
)
DARK = Theme(
    paper="#14171a",
    ink="#e8eaed",
    muted="#9aa2aa",
    faint="#2c3238",
    policies=("#56b4e9", "#ff8a4c", "#2fcf9f", "#e69ac4", "#f0c24b", "#9fc5ff", "#e08a7a"),
)

_DASHES: dict[str, tuple[float, ...]] = {
    "best-single": (5, 2),
    "random": (1, 1.5),
    "oracle": (7, 2, 1, 2),
}
_MARKERS = {"best-single": "o", "random": "X", "oracle": "D"}


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a policy is drawn, in every picture alike."""

    name: str
    color: str
    dashes: tuple[float, ...]
    width: float
    marker: str = "o"

    def line(self, panel: Axes, x: Vector, band: Band) -> None:
        """A line with its band."""
        panel.fill_between(x, band.low, band.high, color=self.color, alpha=0.15, linewidth=0)
        (line,) = panel.plot(x, band.mean, color=self.color, linewidth=self.width, label=self.name)
        if self.dashes:
            line.set_dashes(self.dashes)


def strokes(policies: Sequence[str], theme: Theme) -> dict[str, Stroke]:
    """A stroke for each policy; yardsticks are thin, grey and dashed."""
    own = [policy for policy in dict.fromkeys(policies) if policy not in _DASHES]
    colors = theme.policies
    drawn = {
        name: Stroke(name, colors[k % len(colors)], (4, 1) if k >= len(colors) else (), 1.8)
        for k, name in enumerate(own)
    }
    return drawn | {name: yardstick(name, theme) for name in _DASHES}


def yardstick(name: str, theme: Theme) -> Stroke:
    """The stroke of something that is there to compare with."""
    return Stroke(name, theme.muted, _DASHES[name], 1.2, _MARKERS[name])


def model_colors(count: int) -> list[str]:
    """Colours from dark to light for models from cheap to dear."""
    shades = mpl.colormaps["viridis"](np.linspace(0.15, 0.85, count))
    return [mpl.colors.to_hex(shade) for shade in shades]


def panels(
    titles: Sequence[str], theme: Theme, height: float = _HEIGHT
) -> tuple[Figure, list[Axes]]:
    """A figure with a panel for each title, two in a row."""
    columns = min(len(titles), _COLUMNS)
    rows = -(-len(titles) // columns)
    width = _WIDTH * columns if columns > 1 else 1.4 * _WIDTH
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1)
    figure = Figure(figsize=(width, height * rows), layout=layout, facecolor=theme.paper)
    axes = [figure.add_subplot(rows, columns, k + 1) for k in range(len(titles))]
    for panel, title in zip(axes, titles, strict=True):
        _dress(panel, title, theme)
    return figure, axes


def explain(panel: Axes, theme: Theme, x: str = "", y: str = "") -> None:
    """Say what the axes are."""
    panel.set_xlabel(x, color=theme.muted, fontsize=_SMALL)
    panel.set_ylabel(y, color=theme.muted, fontsize=_SMALL)


def legend(figure: Figure, panel: Axes, theme: Theme) -> None:
    """The names of a panel's parts under the whole figure, where lines have no ends to name."""
    handles, names = panel.get_legend_handles_labels()
    figure.legend(
        handles,
        names,
        loc="outside lower center",
        ncols=len(names) if sum(map(len, names)) < _ONE_ROW else 3,
        frameon=False,
        fontsize=_SMALL,
        labelcolor=theme.ink,
    )


def png(draw: Callable[[Theme], Figure], theme: Theme) -> bytes:
    """A picture as a file; names with dollar signs or in any script are nothing to fail for."""
    buffer = BytesIO()
    with mpl.rc_context({"text.parse_math": False}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        draw(theme).savefig(buffer, format="png", dpi=144, metadata={"Software": None})
    return buffer.getvalue()


def _dress(panel: Axes, title: str, theme: Theme) -> None:
    panel.set_facecolor(theme.paper)
    panel.set_title(title, loc="left", fontsize=10, color=theme.ink)
    panel.spines[["top", "right"]].set_visible(False)
    panel.spines[["left", "bottom"]].set_color(theme.muted)
    panel.tick_params(which="both", colors=theme.muted, labelsize=_SMALL)
    panel.grid(axis="y", color=theme.faint, linewidth=0.8)
    panel.set_axisbelow(True)
