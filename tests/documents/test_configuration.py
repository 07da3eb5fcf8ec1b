"""docs/configuration.md and the configuration's schema say the same."""

import re
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

from service.cli.config import config
from service.settings import Policy, ThompsonPolicy, json_schema, loads
from service.settings.reference import NoPlaceForKeys, parts_of

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
ENVIRONMENT = {
    "OPENAI_API_KEY": "k-1",
    "GROQ_API_KEY": "k-2",
    "PG_PASSWORD": "p",
    "LINKS_SECRET": "s" * 32,
    "POINTSMAN_KEY_WEB_APP": "w" * 16,
    "POINTSMAN_KEY_OPS": "o" * 16,
}


def test_the_tables_are_what_the_command_prints() -> None:
    printed = CliRunner().invoke(config, ["reference"]).output

    assert f"{parts_of(PAGE.read_text())}\n" == printed, "run: make docs"


def test_the_command_brings_a_page_up_to_date_and_leaves_the_rest(tmp_path: Path) -> None:
    old = tmp_path / "page.md"
    old.write_text(PAGE.read_text().replace("| `seed` |", "| `sead` |"))

    result = CliRunner().invoke(config, ["reference", "--page", str(old)])

    assert result.exit_code == 0, result.output
    assert old.read_text() == PAGE.read_text()


def test_a_page_without_a_place_for_a_section_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "page.md"
    old.write_text(PAGE.read_text().replace("<!-- keys of rules -->", ""))

    result = CliRunner().invoke(config, ["reference", "--page", str(old)])

    assert isinstance(result.exception, NoPlaceForKeys)
    assert "rules" in str(result.exception)


def test_the_full_example_is_served() -> None:
    settings = loads(full_example(), ENVIRONMENT)

    assert len(settings.models) > 1
    assert isinstance(settings.routes["default"].policy, ThompsonPolicy)


def test_the_full_example_shows_every_section() -> None:
    shown = set(re.findall(r"^(\w+):", full_example(), re.MULTILINE))

    assert shown == set(json_schema()["$defs"]["SettingsFile"]["properties"])


@pytest.mark.parametrize("number", range(3))
def test_every_example_is_served(number: int) -> None:
    assert loads(examples()[number], ENVIRONMENT).models


def test_every_kind_of_policy_is_told_of() -> None:
    told = {line.split("`")[1] for line in lines_of_tables() if line.count(" | ") == 1}

    assert told == {policy.__struct_config__.tag for policy in get_args(Policy)}


def examples() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)


def full_example() -> str:
    return max(examples(), key=len)


def lines_of_tables() -> list[str]:
    return [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
