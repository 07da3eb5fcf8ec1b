"""docs/policies.md, what is registered and what every table carries say the same."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulations.job import prepare
from simulations.policies import POLICIES
from simulations.registry import Entry, Value
from simulations.report.settings import ALWAYS
from simulations.synthetic import parse
from simulations.yardsticks import YARDSTICKS

PAGE = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
REGISTRIES: Mapping[str, Mapping[str, Entry[Any]]] = {"Policy": POLICIES, "Yardstick": YARDSTICKS}


@pytest.mark.parametrize("heading", REGISTRIES)
def test_whatever_is_registered_has_its_row_and_every_row_is_registered(heading: str) -> None:
    rows = [row(name, entry) for name, entry in REGISTRIES[heading].items()]

    assert table(heading) == rows, "docs/policies.md should hold:\n" + "\n".join(rows)


def test_every_option_is_told_of() -> None:
    entries = [entry for registry in REGISTRIES.values() for entry in registry.values()]
    options = {key for entry in entries for key in entry.options}

    told = re.findall(r"`(\w+)`", "".join(line.split(" | ")[0] for line in table("Option")))
    assert set(told) == options


def test_what_every_table_carries_is_told_of() -> None:
    assert all(f"`{name}`" in PAGE.partition("## Policies")[0] for name in ALWAYS)


def test_every_example_can_be_run() -> None:
    given = re.findall(r"--policy (\S+)", PAGE)

    job = prepare(parse("skills=2,models=2"), given, ["plain"], seeds=1, requests=20)

    assert job.policies == given
    assert np.isfinite([model.quality for model in job.fixed["plain"]]).all()


def row(name: str, entry: Entry[Any]) -> str:
    options = (f"`{key}={shown(option.default)}`" for key, option in entry.options.items())
    return f"| `{name}` | {entry.description} | {', '.join(options)} | {entry.source} |"


def shown(value: Value) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value) or "…"


def table(heading: str) -> list[str]:
    """The rows of all tables whose first column has this heading."""
    found = re.findall(rf"^\| {heading} \|.*\n\| ---.*\n((?:\|.*\n)*)", PAGE, re.MULTILINE)
    return [line for rows in found for line in rows.splitlines()]
