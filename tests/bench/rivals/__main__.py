"""``make bench-rivals``: Pointsman beside other gateways, in one run, before one provider.

Load generator, provider and gateway share the machine, so that processor time a request tells
more than requests a second do. All run at once, and are asked in turn; figures are medians over
rounds.
"""

import argparse
from collections.abc import Mapping
from contextlib import ExitStack

from rich.console import Console
from rich.table import Table

from tests.bench.rivals.figures import CONNECTIONS, Figures, Results, bars, compared
from tests.bench.rivals.server import provider
from tests.bench.rivals.subjects import POINTSMAN, PROVIDER, SUBJECTS


def main() -> None:
    """Measure every subject, print the table, and what became of the bars."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="rounds, each of which measures all")
    parser.add_argument("--seconds", type=float, default=6.0, help="seconds for each in a round")
    parser.add_argument("--only", nargs="+", choices=SUBJECTS, default=SUBJECTS, metavar="NAME")
    asked = parser.parse_args()
    console = Console(width=100)
    with console.status("all in turn"), ExitStack() as stack:
        upstream = stack.enter_context(provider())
        measures = {name: stack.enter_context(SUBJECTS[name](upstream)) for name in asked.only}
        results = compared(measures, asked.repeats, asked.seconds)
    console.print(comparison(results))
    console.print(verdict(results))


def comparison(results: Results) -> Table:
    """A row for each subject and number of connections."""
    table = Table(title="completions a second, and what each costs")
    for column in ("", "connections", "a second", "of ours", "p50 added, ms", "processor, ms"):
        table.add_column(column, justify="left" if not column else "right")
    for connections in CONNECTIONS:
        for name, measured in results.items():
            table.add_row(name, str(connections), *_cells(results, connections, measured))
        table.add_section()
    return table


def verdict(results: Results) -> Table:
    """A row for each bar whose subjects were measured."""
    table = Table(title="bars, at 32 connections")
    for column in ("Pointsman:", "reached", "at least", ""):
        table.add_column(column)
    for what, reached, least in bars(results):
        held = "yes" if reached >= least else "no"
        table.add_row(what, f"{reached:.2f}", f"{least:g}", held)
    return table


def _cells(results: Results, connections: int, measured: Mapping[int, Figures]) -> tuple[str, ...]:
    here = measured[connections]
    ours, bare = (
        results[name][connections] if name in results else None for name in (POINTSMAN, PROVIDER)
    )
    share = f"{here.requests_a_second / ours.requests_a_second:.2f}" if ours else ""
    added = f"{(here.p50_seconds - bare.p50_seconds) * 1e3:.2f}" if bare else ""
    return f"{here.requests_a_second:.0f}", share, added, f"{here.cpu_seconds * 1e3:.2f}"


if __name__ == "__main__":
    main()
