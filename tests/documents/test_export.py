"""docs/export.md tells of every format that there is."""

import re
from pathlib import Path

import click

from service.cli.export import export

PAGE = (Path(__file__).parents[2] / "docs" / "export.md").read_text(encoding="utf-8")
ALL = "all four"


def test_every_format_has_a_row_that_says_of_what() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE, re.MULTILINE)
    told = {
        (what, form)
        for form, of in rows
        for what in (export.commands if of == ALL else re.findall(r"`(\w+)`", of))
    }

    assert told == {
        (name, form) for name, command in export.commands.items() for form in formats(command)
    }


def formats(command: click.Command) -> tuple[str, ...]:
    (option,) = (each for each in command.params if each.name == "form")
    assert isinstance(option.type, click.Choice)
    return tuple(option.type.choices)


def test_the_commands_of_the_page_are_commands() -> None:
    told = re.findall(r"^pointsman export (\w+)", PAGE, re.MULTILINE)

    assert set(told) == set(export.commands)
