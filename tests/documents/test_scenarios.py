"""docs/scenarios.md and the scenarios say the same."""

import re
from pathlib import Path

import numpy as np
import pytest

from simulations.registry import Entry, Value
from simulations.scenarios import SCENARIOS, Scenario, apply
from simulations.synthetic import SYNTHETIC, parse

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"


def test_every_scenario_has_its_row_and_every_row_its_scenario() -> None:
    rows = [row(name, entry) for name, entry in SCENARIOS.items()]

    page = table("Scenario")

    assert page == rows, "docs/scenarios.md should hold:\n" + "\n".join(rows)


def test_every_option_of_a_scenario_is_told_of() -> None:
    options = {key for entry in SCENARIOS.values() for key in entry.options}

    assert set(first_cells("Option")) == options


def test_every_option_of_a_made_world_is_told_of_with_its_default() -> None:
    page = [line.split(" | ")[:2] for line in table("Of a world")]

    defaults = [
        [f"| `{key}`", f"`{shown(option.default)}`"] for key, option in SYNTHETIC.options.items()
    ]
    assert page == defaults


@pytest.mark.parametrize("flag", ["scenario", "synthetic"])
def test_every_example_can_be_run(flag: str) -> None:
    given = re.findall(rf"--{flag} (\S+)", PAGE.read_text())

    assert given
    for written in given:
        if flag == "synthetic":
            assert parse(written).requests > 0
        else:
            world = parse("skills=2").environment(10, np.random.default_rng(0))
            assert apply(written, world, np.random.default_rng(0)).name == written


def row(name: str, entry: Entry[Scenario]) -> str:
    options = (f"`{key}={shown(option.default)}`" for key, option in entry.options.items())
    return f"| `{name}` | {entry.description} | {', '.join(options)} |"


def shown(value: Value) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def first_cells(heading: str) -> list[str]:
    return re.findall(r"`(\w+)`", "".join(line.split(" | ")[0] for line in table(heading)))


def table(heading: str) -> list[str]:
    """The rows of the table whose first column has this heading."""
    _, _, rest = PAGE.read_text().partition(f"| {heading} |")
    lines = rest.splitlines()[2:]
    end = next((n for n, line in enumerate(lines) if not line.startswith("|")), len(lines))
    return lines[:end]
