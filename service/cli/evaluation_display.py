"""What the log says of other policies, in a terminal."""

import math
from collections.abc import Iterator, Mapping

import rich_click as click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bandit.estimators import FEWEST, Estimate, earned
from service.evaluation import Evaluation, Log

_UNBOUNDED = 200
"""Columns of a table that is written to a file or a pipe."""


def show(log: Log, found: Mapping[str, Evaluation], source: str) -> None:
    """The table, and below it what limits its use, on standard output."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_UNBOUNDED)
    console.print(_table(log, found, source))
    for sentence in (*_thin(log, found), *_left_out(log)):
        click.echo(sentence)


def _table(log: Log, found: Mapping[str, Evaluation], source: str) -> Table:
    title = f"Reward of a decision, from {len(log.rows)} decisions rated by {source}"
    table = Table(title=Text(title), title_justify="left", title_style="bold")
    table.add_column("policy")
    for heading in ("SNIPS", "doubly robust", "IPS", "effective sample", "largest weight"):
        table.add_column(heading, justify="right")
    logged = _shown(earned(log.decisions))
    table.add_row("as it was decided", logged, "", "", f"{len(log.rows)}", "1.0")
    for name, one in found.items():
        estimates = (_shown(each) for each in (one.snips, one.dr, one.ips))
        thin = " (thin)" if one.support.thin else ""
        effective = f"{one.support.effective:.0f}{thin}"
        table.add_row(Text(name), *estimates, effective, f"{one.support.largest_weight:.1f}")
    return table


def _shown(estimate: Estimate) -> str:
    value = "unknown" if math.isnan(estimate.value) else f"{estimate.value:.3f}"
    return f"{value} ({estimate.low:.3f} to {estimate.high:.3f})"


def _thin(log: Log, found: Mapping[str, Evaluation]) -> Iterator[str]:
    thin = {name: one.support for name, one in found.items() if one.support.thin}
    few = [name for name, support in thin.items() if support.effective < FEWEST]
    uneven = [name for name in thin if name not in few]
    if few:
        floor = min(1.0, FEWEST * len(log.models) / len(log.rows))
        yield (
            f"Too few decisions speak of {', '.join(few)}. With a floor of {floor:.2g} in the "
            "route's policy, as many decisions again would speak of any one model."
        )
    if uneven:
        yield (
            f"Of what {', '.join(uneven)} would choose the log has less or more than its "
            "propensities promise, by chance or because some of it was hardly ever tried."
        )
    if thin:
        yield (
            "Where support is thin the interval holds all the same, and is wide; do not go by "
            "the value."
        )


def _left_out(log: Log) -> Iterator[str]:
    for reason, count in log.left_out.items():
        yield f"Left out {count}: {reason}."
