"""``make bench``: what a decision, a piece of feedback and a request cost on this machine.

Every figure is a median over repeats. Provider, service and load generator share the machine.
"""

import argparse
import statistics
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from tests.bench import feedback, http, in_process


def main() -> None:
    """Run the benchmarks and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="repeats of each figure")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one load repeat")
    asked = parser.parse_args()
    console = Console()
    table = Table(title=f"medians of {asked.repeats} repeats")
    for column in ("what", "figure", "unit", "bar"):
        table.add_column(column)
    with console.status("in process"):
        for row in in_process.rows(asked.repeats):
            table.add_row(*row)
    with console.status("over HTTP"):
        for row in http.rows(asked.repeats, asked.seconds):
            table.add_row(*row)
    with console.status("feedback in batches"):
        for row in feedback.rows(asked.repeats, asked.seconds):
            table.add_row(*row)
    console.print(table)


def median(measure: Callable[[], float], repeats: int) -> float:
    """Median of repeated measurements."""
    return statistics.median(measure() for _ in range(repeats))


if __name__ == "__main__":
    main()
