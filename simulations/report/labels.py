"""Names written at the ends of lines and beside dots, none over another."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from bandit.arrays import Matrix, Vector

_SIZE = 8.5
_GAP = 1.25 * _SIZE
"""Points from one name to the next."""


_DOT, _OUTSIDE = 20, 1000
"""So much worse than a name over a point of a line is one over a dot, or out of its panel."""


class _Side(NamedTuple):
    """Where a name stands as seen from its dot."""

    offset: tuple[float, float]
    ha: Literal["left", "center", "right"]
    va: Literal["bottom", "center", "top"]


_SIDES = (
    _Side((6, 0), "left", "center"),
    _Side((-6, 0), "right", "center"),
    _Side((0, 5), "center", "bottom"),
    _Side((0, -5), "center", "top"),
    _Side((4, -4), "left", "top"),
    _Side((4, 4), "left", "bottom"),
    _Side((-4, -4), "right", "top"),
    _Side((-4, 4), "right", "bottom"),
)


def name_ends(panel: Axes) -> None:
    """Write each line's label to the right of its end, in its colour; the layout must stand."""
    lines = panel.get_lines()
    ends = np.array([_end(line) for line in lines])
    heights = panel.transData.transform(ends)[:, 1] * 72.0 / panel.figure.dpi
    for line, end, moved in zip(lines, ends, spread(heights, _GAP) - heights, strict=True):
        panel.annotate(
            str(line.get_label()),
            end,
            (5, moved),
            textcoords="offset points",
            va="center",
            color=line.get_color(),
            fontsize=_SIZE,
            annotation_clip=False,
        )


def _end(line: Line2D) -> tuple[float, float]:
    x, y = line.get_data()
    return float(np.asarray(x)[-1]), float(np.asarray(y)[-1])


def spread(positions: Vector, gap: float) -> Vector:
    """Move positions apart until neighbours are a gap from one another, and no further.

    Names that would touch form a block around the mean of where they belong.

    >>> spread(np.array([0.0, 1.0, 50.0]), 10.0).tolist()
    [-4.5, 5.5, 50.0]
    """
    order = np.argsort(positions, kind="stable")
    blocks: list[list[float]] = []
    for position in positions[order]:
        blocks.append([float(position)])
        while len(blocks) > 1 and _touch(blocks[-2], blocks[-1], gap):
            last = blocks.pop()
            blocks[-1].extend(last)
    settled = np.empty_like(positions)
    settled[order] = np.concatenate([_places(block, gap) for block in blocks] or [positions])
    return settled


def _touch(below: list[float], above: list[float], gap: float) -> bool:
    return bool(_places(above, gap)[0] - _places(below, gap)[-1] < gap)


def _places(block: list[float], gap: float) -> Vector:
    """Evenly spaced around the block's mean, shape ``(len(block),)``."""
    from_middle = np.arange(len(block), dtype=np.float64) - (len(block) - 1) / 2
    return np.mean(block) + gap * from_middle


def name_dots(panel: Axes, names: Sequence[str], places: Matrix, color: str) -> None:
    """Write names beside dots, on the side where they cover least of lines and other names.

    Args:
        panel: Its layout must stand.
        names: Of each dot.
        places: Of the dots, in data coordinates, shape ``(K, 2)``.
        color: Of the names.
    """
    taken = _spots(panel, [np.column_stack(line.get_data()) for line in panel.get_lines()])
    dots = _spots(panel, [places])
    for name, place in zip(names, places, strict=True):
        written = [_beside(panel, name, place, side, color) for side in _SIDES]
        boxes = [text.get_window_extent() for text in written]
        covered = [
            box.count_overlaps(taken)
            + _DOT * box.count_overlaps(dots)
            + _OUTSIDE * _outside(panel, box)
            for box in boxes
        ]
        best = int(np.argmin(covered))
        taken.append(boxes[best])
        for text in written[:best] + written[best + 1 :]:
            text.remove()


def _spots(panel: Axes, paths: Sequence[Matrix]) -> list[Bbox]:
    """A small box around every point of some paths, in data coordinates."""
    return [
        Bbox.from_bounds(x - 3, y - 3, 6, 6)
        for path in paths
        for x, y in panel.transData.transform(path)
    ]


def _beside(panel: Axes, name: str, place: Vector, side: _Side, color: str) -> Annotation:
    return panel.annotate(
        name,
        (float(place[0]), float(place[1])),
        side.offset,
        textcoords="offset points",
        ha=side.ha,
        va=side.va,
        color=color,
        fontsize=_SIZE,
        annotation_clip=False,
    )


def _outside(panel: Axes, box: Bbox) -> int:
    frame = panel.get_window_extent()
    return int(box.x0 < frame.x0 or box.x1 > frame.x1 or box.y0 < frame.y0 or box.y1 > frame.y1)
