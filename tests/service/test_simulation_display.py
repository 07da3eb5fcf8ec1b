import io

import pytest
from rich.console import Console

from service.cli.simulation_display import fitting
from simulations.report.tables import Table, brief
from tests.simulations.made import content

TABLE = brief(content().summary)[0]


def shown(table: Table, width: int) -> str:
    out = Console(file=io.StringIO(), width=width)
    with out.capture() as captured:
        out.print(fitting(table, out))
    return captured.get()


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_no_figure_is_cut_however_narrow_the_terminal(width: int) -> None:
    lines = shown(TABLE, width).splitlines()

    assert max(len(line) for line in lines) <= width
    assert not any("…" in line for line in lines)


def test_a_wide_terminal_shows_every_column_and_a_narrow_one_says_what_is_missing() -> None:
    assert "more columns are in index.html" not in shown(TABLE, 200)
    assert "more columns are in index.html" in shown(TABLE, 60)
