"""The reference of the configuration: a table of keys for each section of the file.

A page holds each table between two marks, and whatever it likes around them.
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from bandit.errors import ConfigError
from service.settings.loading import json_schema

Schema = dict[str, Any]
Row = tuple[str, Schema, str]
"""A key's path, what it may be, and its default in words."""

_HEAD = "| key | type | default | meaning |\n| --- | --- | --- | --- |"
_PART = re.compile(r"<!-- keys of (\w+) -->\n.*?\n<!-- end -->", re.DOTALL)
_NAMED = {"models": "MODEL", "routes": "ROUTE", "sources": "SOURCE", "keys": "KEY"}
_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "`true` or `false`",
    "object": "mapping",
    "null": "null",
}
_SIGNS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤"}
_UNBOUNDED = 1e6
"""A limit from here on is only there to keep infinity out, and is not told."""


class NoPlaceForKeys(ConfigError):
    """Raised when a page lacks the marks of sections, or has some of sections there are not."""

    def __init__(self, sections: set[str]) -> None:
        super().__init__(
            f"the page and the configuration differ in the sections {', '.join(sorted(sections))}",
            "put <!-- keys of SECTION --> and <!-- end --> where a section's keys belong",
        )


def reference() -> str:
    """Every section's table, between its marks."""
    return "\n\n".join(_tables().values())


def parts_of(page: str) -> str:
    """What of a page should be the `reference`."""
    return "\n\n".join(part.group() for part in _PART.finditer(page))


def brought_up_to_date(page: str) -> str:
    """A page with the tables as they are now; all else stays.

    Raises:
        NoPlaceForKeys: It does not have exactly the sections of the configuration.
    """
    tables = _tables()
    if differing := set(_PART.findall(page)) ^ tables.keys():
        raise NoPlaceForKeys(differing)
    return _PART.sub(lambda part: tables[part[1]], page)


def _tables() -> dict[str, str]:
    definitions = json_schema()["$defs"]
    rows = _Rows(definitions)
    return {
        section: f"<!-- keys of {section} -->\n{_HEAD}\n{rows.table(keys)}\n<!-- end -->"
        for section, keys in _sections(definitions["SettingsFile"]).items()
    }


def _sections(file: Schema) -> dict[str, Schema]:
    """The file, cut: a key that holds one value belongs to the section before it."""
    sections = dict[str, Schema]()
    for key, schema in file["properties"].items():
        if "$ref" in schema or schema.get("type") in {"object", "array"}:
            section = sections[key] = {"properties": {}, "required": file["required"]}
        section["properties"][key] = schema
    return sections


class _Rows:
    """Walks through the schema, into everything that has keys."""

    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self._definitions = definitions

    def table(self, of: Schema) -> str:
        """The rows of a section."""
        return "\n".join(
            f"| `{path}` | {_kind_of(schema)} | {default} | {schema['description']} |"
            for path, schema, default in self._of("", of)
        )

    def _of(self, prefix: str, outer: Schema) -> Iterator[Row]:
        schema = self._resolved(outer)
        for key, inner in schema["properties"].items():
            if not _is_tag(key, inner):
                yield f"{prefix}{key}", inner, _default_of(key, inner, schema)
                yield from self._below(f"{prefix}{key}", inner)

    def _below(self, path: str, schema: Schema) -> Iterator[Row]:
        """The rows of the keys inside a key's value."""
        if path in _NAMED:
            yield from self._of(f"{path}.{_NAMED[path]}.", schema["additionalProperties"])
        if "items" in schema:
            yield from self._below(f"{path}[]", schema["items"])
        for choice in _structs(schema):
            kind = self._resolved(choice)["properties"].get("kind", {}).get("enum", [""])[0]
            yield from self._of(f"{path}.({kind})." if kind else f"{path}.", choice)

    def _resolved(self, schema: Schema) -> Schema:
        name = schema.get("$ref", "").rpartition("/")[2]
        return self._definitions[name] if name else schema


def _is_tag(key: str, schema: Schema) -> bool:
    """Whether it tells one mapping from another, and is told of as such."""
    return key == "kind" and "default" not in schema


def _structs(schema: Schema) -> list[Schema]:
    if "$ref" in schema:
        return [schema]
    return list(chain.from_iterable(_structs(choice) for choice in schema.get("anyOf", [])))


def _default_of(key: str, schema: Schema, outer: Schema) -> str:
    if key in outer.get("required", []):
        return "required"
    default = schema["default"]
    if isinstance(default, dict):
        return f"`{default['kind']}`" if "kind" in default else "as below" if default else "`{}`"
    return f"`{json.dumps(default)}`".replace('"', "")


def _kind_of(schema: Schema) -> str:
    """A type and its range, for people."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind_of(choice) for choice in schema["anyOf"]))
    if "enum" in schema:
        return "one of " + ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind_of(schema['items'])}".replace("one of ", "")
    return _WORDS[str(schema.get("type", "object"))] + _limits(schema)


def _limits(schema: Schema) -> str:
    told = {sign: schema[key] for key, sign in _SIGNS.items() if key in schema}
    near = {sign: limit for sign, limit in told.items() if limit < _UNBOUNDED}
    return "".join(f" {sign} {limit:g}" for sign, limit in near.items()).replace(" ≤", ", ≤")
