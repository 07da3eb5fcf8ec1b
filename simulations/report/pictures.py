"""Which pictures a report has, and what is said under each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from simulations.report.content import Content
from simulations.report.curves import learning_curve, regret, traffic
from simulations.report.frontier import frontier
from simulations.report.settings import Cell, cells
from simulations.report.sources import sources
from simulations.report.style import DARK, LIGHT, Theme, png

_MOST_PANELS = 12


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on light and on dark paper, as PNG files."""

    name: str
    title: str
    caption: str
    light: bytes
    dark: bytes


def pictures(content: Content) -> list[Picture]:
    """The pictures that this experiment has something to show in."""
    if content.summary.frontiers:
        return [_frontier(content)]
    return [*_of_runs(content), _frontier(content)] if content.summary.runs else []


def _of_runs(content: Content) -> list[Picture]:
    every = cells(content.measured)
    learning = [cell for cell in every if cell.own()]
    return [*_of_learning(learning), _traffic(every, content)] if learning else []


def _of_learning(every: Sequence[Cell]) -> list[Picture]:
    """Of what policies gain and lose against the best single model."""
    found = every[:_MOST_PANELS]
    more = _more(every)
    return [
        _picture(
            "learning-curve",
            "What is learned",
            "Reward above that of the best single model in hindsight, on the same requests; "
            f"a moving average, with its 95 % band over seeds.{more}",
            lambda theme: learning_curve(found, theme),
        ),
        _picture(
            "regret",
            "What learning costs",
            "Cumulative regret against the best single model in hindsight; below zero is better "
            f"than always choosing that model. With its 95 % band over seeds.{more}",
            lambda theme: regret(found, theme),
        ),
        _picture(
            "sources",
            "What it gains on which prompts",
            "Reward above that of the best single model, by where prompts come from, "
            f"with 95 % intervals over seeds; the sources of most requests.{more}",
            lambda theme: sources(found, theme),
        ),
    ]


def _traffic(every: Sequence[Cell], content: Content) -> Picture:
    first = next(name for cell in every for name in cell.own() or cell.policies)
    having = [cell for cell in every if first in cell.policies]
    models = [fixed.model for fixed in next(iter(content.fixed.values()))]
    return _picture(
        "traffic",
        "Where requests go",
        f"Share of each model over time under {first}, from the cheapest model at the bottom "
        f"to the dearest at the top, a moving average, mean over seeds.{_more(having)}",
        lambda theme: traffic(having[:_MOST_PANELS], first, models, theme),
    )


def _more(every: Sequence[Cell]) -> str:
    more = len(every) > _MOST_PANELS
    return f" The first {_MOST_PANELS} of {len(every)} settings." if more else ""


def _frontier(content: Content) -> Picture:
    return _picture(
        "frontier",
        "Quality and its price",
        "Mean quality over mean dollars. The dashed line is the zero-router: the cheapest mix of "
        "fixed models at each cost. A policy is worth having where it is above it.",
        lambda theme: frontier(content, theme),
    )


def _picture(name: str, title: str, caption: str, draw: Callable[[Theme], Figure]) -> Picture:
    return Picture(name, title, caption, png(draw, LIGHT), png(draw, DARK))
