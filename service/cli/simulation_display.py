"""How far a simulation is, and what came of it, in a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from simulations.job import Ended
from simulations.report import tables
from simulations.simulate import Failure
from simulations.trial import Measured

_SPEED_OVER_SECONDS = 600.0
_UNBOUNDED = 200
"""Columns of a table that is written to a file or a pipe."""


class Bar:
    """Counts trials on standard error."""

    def __init__(self, progress: Progress) -> None:
        """A bar that nothing has been planned for."""
        self._progress = progress
        self._task = progress.add_task("trials", total=0)
        self._total = 0

    def planned(self, trials: int, kept: int) -> None:
        """More trials are to be run; those that are kept from an earlier time are told of."""
        self._total += trials - kept
        self._progress.update(self._task, total=self._total)
        if self._total:
            self._progress.start()
        if kept:
            self._progress.print(f"{kept} of {trials} trials were finished earlier, and are kept")

    def finished(self, measured: Measured) -> None:  # noqa: ARG002 - one is as good as another
        """One more is done."""
        self._progress.advance(self._task)

    def failed(self, failure: Failure) -> None:
        """One more is done with, and it is said why."""
        self._progress.advance(self._task)
        self._progress.print(Text(f"failed: {described(failure)}"), soft_wrap=True)


@contextmanager
def bar() -> Iterator[Bar]:
    """A bar with the time that is left, from when there is something to be done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    errors = Console(stderr=True)
    progress = Progress(*columns, console=errors, speed_estimate_period=_SPEED_OVER_SECONDS)
    try:
        yield Bar(progress)
    finally:
        progress.stop()


def described(failure: Failure) -> str:
    """Which trial failed, and why."""
    trial = failure.trial
    return (
        f"{trial.policy}, {trial.scenario}, willingness to pay {trial.willingness_to_pay_usd:g}, "
        f"seed {trial.seed}: {failure.why}"
    )


def show(ended: Ended) -> None:
    """The tables, and where the files are, on standard output."""
    out = console()
    for table in tables.brief(ended.content.summary):
        out.print(fitting(table, out))
    for path in ended.files:
        out.print(Text(str(path)), soft_wrap=True)


def console() -> Console:
    """Standard output; where it is no terminal, it is as wide as a table may be."""
    out = Console()
    return out if out.is_terminal else Console(width=_UNBOUNDED)


def fitting(table: tables.Table, out: Console) -> Table:
    """The table as it is; where that is too wide, a word to a line and as many columns as fit."""
    unbounded = out.options.update(max_width=_UNBOUNDED)
    forms = [_drawn(table, len(table.headings))]
    forms += [_drawn(_folded(table), count) for count in range(len(table.headings), 1, -1)]
    for drawn in forms:
        if out.measure(drawn, options=unbounded).maximum <= out.width:
            break
    return drawn


def _folded(table: tables.Table) -> tables.Table:
    """A word to a line."""
    headings = [heading.replace(" ", "\n") for heading in table.headings]
    rows = [[cell.replace(" ", "\n") for cell in row] for row in table.rows]
    return tables.Table(table.title, headings, rows)


def _drawn(table: tables.Table, count: int) -> Table:
    """The first columns of a table."""
    left_out = len(table.headings) - count
    caption = f"{left_out} more columns are in index.html" if left_out else None
    drawn = Table(title=Text(table.title), title_justify="left", caption=caption)
    for k, heading in enumerate(table.headings[:count]):
        drawn.add_column(Text(heading), justify="right" if k else "left")
    for row in table.rows:
        drawn.add_row(*(Text(cell) for cell in row[:count]))
    return drawn
