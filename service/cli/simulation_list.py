"""What can be simulated, as a list in a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from service.cli.simulation_display import console
from simulations.policies import POLICIES
from simulations.registry import Entry, Value
from simulations.scenarios import SCENARIOS
from simulations.yardsticks import YARDSTICKS


def show_list() -> None:
    """Policies, yardsticks and scenarios with their options, on standard output."""
    out = console()
    _show(out, "policies, learning from what they choose", POLICIES)
    _show(out, "yardsticks, which know every answer", YARDSTICKS)
    _show(out, "scenarios, of what happens in the course of a run", SCENARIOS)


def _show(out: Console, title: str, entries: Mapping[str, Entry[Any]]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold")
    for heading in ("name", "what it does", "options and their defaults", "source"):
        table.add_column(heading)
    for name, entry in entries.items():
        options = ", ".join(f"{key}={_shown(o.default)}" for key, o in entry.options.items())
        table.add_row(*(Text(cell) for cell in (name, entry.description, options, entry.source)))
    out.print(table)


def _shown(default: Value) -> str:
    """What has to be given is left open."""
    return f"{default:.3g}" if isinstance(default, float) else str(default) or "..."
