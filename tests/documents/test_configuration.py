"""docs/configuration.md and the configuration's schema say the same."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from service.settings import Policy, ThompsonPolicy, json_schema, loads

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
ENVIRONMENT = {"OPENAI_API_KEY": "k-1", "GROQ_API_KEY": "k-2", "PG_PASSWORD": "p"}
NAMED = {"models": "MODEL", "routes": "ROUTE", "sources": "SOURCE"}
WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "`true` or `false`",
    "object": "mapping",
    "null": "null",
}
Schema = dict[str, Any]


def test_every_key_has_its_row_and_every_row_its_key() -> None:
    page = [line for line in lines_of_tables() if line.count(" | ") == 3]

    rows = list(table())

    assert page == rows, "docs/configuration.md should hold:\n" + "\n".join(rows)


def test_the_full_example_is_served() -> None:
    settings = loads(full_example(), ENVIRONMENT)

    assert len(settings.models) > 1
    assert isinstance(settings.routes["default"].policy, ThompsonPolicy)


def test_the_full_example_shows_every_section() -> None:
    shown = set(re.findall(r"^(\w+):", full_example(), re.MULTILINE))

    assert shown == set(resolved(json_schema())["properties"])


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


def table() -> Iterator[str]:
    """The rows of the page's table, as the schema has them."""
    for path, schema, given in rows("", json_schema()):
        yield f"| `{path}` | {kind_of(schema)} | {given} | {schema['description']} |"


def rows(prefix: str, outer: Schema) -> Iterator[tuple[str, Schema, str]]:
    schema = resolved(outer)
    for key, inner in schema["properties"].items():
        if key != "kind" or "default" in inner:
            path = f"{prefix}{key}"
            yield path, inner, default_of(key, inner, schema)
            yield from below(path, inner)


def below(path: str, schema: Schema) -> Iterator[tuple[str, Schema, str]]:
    """The rows of the keys inside a key's value."""
    if path in NAMED:
        yield from rows(f"{path}.{NAMED[path]}.", schema["additionalProperties"])
    if "items" in schema:
        yield from below(f"{path}[]", schema["items"])
    for choice in structs(schema):
        policy = resolved(choice)["properties"].get("kind", {}).get("enum", [""])[0]
        yield from rows(f"{path}." + f"({policy})." * bool(policy), choice)


def structs(schema: Schema) -> list[Schema]:
    if "$ref" in schema:
        return [schema]
    return [found for choice in schema.get("anyOf", []) for found in structs(choice)]


def resolved(schema: Schema) -> Schema:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Schema = json_schema()["$defs"][name] if name else schema
    return found


def default_of(key: str, schema: Schema, outer: Schema) -> str:
    if key in outer.get("required", []):
        return "required"
    default = schema["default"]
    if isinstance(default, dict):
        return f"`{default['kind']}`" if "kind" in default else "as below" if default else "`{}`"
    return f"`{json.dumps(default)}`".replace('"', "")


def kind_of(schema: Schema) -> str:
    """A type and its range, for people."""
    if "anyOf" in schema:
        kinds = [kind_of(choice) for choice in schema["anyOf"]]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in schema:
        return "one of " + ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {kind_of(schema['items'])}".replace("one of ", "")
    return WORDS[str(schema.get("type", "object"))] + limits(schema)


def limits(schema: Schema) -> str:
    """The range; a limit that is only there to keep infinity out is not told."""
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤"}
    told = {sign: schema[key] for key, sign in signs.items() if schema.get(key, 1e6) < 1e6}
    return "".join(f" {sign} {limit:g}" for sign, limit in told.items()).replace(" ≤", ", ≤")


if __name__ == "__main__":
    print("\n".join(table()))  # noqa: T201 - the table, to be pasted into the page
