"""docs/simulations.md, docs/summary.schema.json and what is simulated say the same."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from service.cli import cli
from service.cli.simulate import frontier, simulate
from simulations.report.columns import COLUMNS, FRONTIER_MEANINGS
from simulations.summary import Frontier, RunSummary, json_schema

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "simulations.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    pointsman (.*)$", PAGE, re.MULTILINE)


def test_the_schema_is_that_of_a_summary() -> None:
    committed = json.loads((DOCS / "summary.schema.json").read_text(encoding="utf-8"))

    assert committed == json_schema(), "write it anew: simulations.summary.json_schema()"


def test_every_column_has_its_row_and_every_row_its_column() -> None:
    columns = {column.heading: column.meaning for column in COLUMNS}

    told = dict(line.strip("| ").split(" | ")[:2] for line in tables("Column"))

    assert told == columns | FRONTIER_MEANINGS


def test_every_figure_of_a_run_and_of_a_frontier_is_told_of() -> None:
    told = set(re.findall(r"`(\w+)`", PAGE))

    figures = {*RunSummary.__struct_fields__, *Frontier.__struct_fields__}
    assert figures - {"points", "policy", "scenario"} <= told


def test_every_option_has_its_row_and_every_row_its_option() -> None:
    told = {line.split("`")[1] for line in tables("Option")}

    offered = {
        option.opts[0]
        for command in (simulate, frontier)
        for option in command.params
        if option.name != "help"
    }
    assert told == offered


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_understood(command: str) -> None:
    name, *arguments = shlex.split(command)
    arguments = [argument for argument in arguments if argument != "--list"]

    context = cli.commands[name].make_context(name, arguments, resilient_parsing=False)

    assert isinstance(context, click.Context)


def tables(heading: str) -> list[str]:
    """The rows of all tables whose first column has this heading."""
    found = re.findall(rf"^\| {heading} \|.*\n\| ---.*\n((?:\|.*\n)*)", PAGE, re.MULTILINE)
    return [line for rows in found for line in rows.splitlines()]
