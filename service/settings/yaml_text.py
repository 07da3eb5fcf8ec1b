"""From YAML text to a tree of mappings, lists and plain values.

The plain values are those of YAML 1.2's core schema: ``on``, ``1:30`` and ``2026-01-01`` are text,
``1e-3`` is a number. A key stands once, and is text.

Source: https://yaml.org/spec/1.2.2/#103-core-schema
"""

import re
from typing import Any, ClassVar

import yaml
from yaml.constructor import SafeConstructor
from yaml.nodes import MappingNode, Node, ScalarNode

from service.settings.errors import MalformedYaml

_STR, _MERGE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"
_INT, _FLOAT = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"
_PLAIN = (
    ("tag:yaml.org,2002:null", r"~|null|Null|NULL|", [*"~nN", ""]),
    ("tag:yaml.org,2002:bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    (_INT, r"[-+]?[0-9]{1,18}", [*"-+0123456789"]),
    (_FLOAT, r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", [*"-+.0123456789"]),
    (_FLOAT, r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", [*"-+."]),
    (_MERGE, r"<<", ["<"]),
)
_QUOTED = re.compile(r"(?:(?<=^)|(?<=[ ]))'(?!<)[^']{2,}'")
_MEND = "mend the YAML there; text with special characters belongs in quotes"


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """What an unquoted value is, by its first character, in the shape PyYAML wants it."""
    return {
        first: [
            (tag, re.compile(rf"^(?:{pattern})$"))
            for tag, pattern, starts in _PLAIN
            if first in starts
        ]
        for first in {start for _, _, starts in _PLAIN for start in starts}
    }


def _whole_number(loader: SafeConstructor, node: ScalarNode) -> int:
    """In base ten, also with leading zeros."""
    return int(loader.construct_scalar(node))


class _Loader(yaml.SafeLoader):
    # PyYAML keeps both per class; its stubs take them for attributes of an instance.
    yaml_implicit_resolvers: ClassVar = _resolvers()  # type: ignore[misc]
    yaml_constructors: ClassVar = {
        tag: constructor
        for tag, constructor in SafeConstructor.yaml_constructors.items()
        if tag is None or tag.rpartition(":")[2] in {"null", "bool", "float", "str", "seq", "map"}
    } | {_INT: _whole_number}

    def compose_scalar_node(self, anchor: dict[Any, Node]) -> ScalarNode:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML has no annotations
        if event.tag not in {None, "!", _STR}:
            raise _malformed("a tag cannot stand here", event.start_mark, "remove it")
        return super().compose_scalar_node(anchor)

    def compose_mapping_node(self, anchor: dict[Any, Node]) -> MappingNode:
        node = super().compose_mapping_node(anchor)
        seen: set[str] = set()
        for key, _ in node.value:
            _check_key(key, seen)
            seen.add(key.value)
        return node


def parse(text: str) -> object:
    """The tree that the text describes.

    Raises:
        MalformedYaml: It describes none.
    """
    try:
        loader = _Loader(text)
    except yaml.reader.ReaderError as wrong:
        line = text.count("\n", 0, wrong.position) + 1
        column = wrong.position - text.rfind("\n", 0, wrong.position)
        fact = f"the character U+{wrong.character:04X} cannot stand in YAML"
        raise MalformedYaml(fact, "remove it", line, column) from None
    try:
        return loader.get_single_data()
    except yaml.MarkedYAMLError as wrong:
        raise _malformed(wrong.problem, wrong.problem_mark, _MEND) from None
    except RecursionError:
        raise _malformed("nested too deeply", loader.get_mark(), "flatten it") from None


def _check_key(key: Node, seen: set[str]) -> None:
    if not isinstance(key, ScalarNode) or key.tag not in {_STR, _MERGE}:
        raise _malformed("a key is not text", key.start_mark, "write it in quotes")
    if key.value in seen:
        raise MalformedYaml(
            f"the key {key.value!r} stands here a second time",
            "keep one of them",
            key.start_mark.line + 1,
            key.start_mark.column + 1,
        )


def _malformed(problem: str | None, mark: yaml.Mark | None, remedy: str) -> MalformedYaml:
    """PyYAML's words, without what it quotes of the text, which may be a secret."""
    fact = _QUOTED.sub("what stands there", problem or "this is not YAML")
    line, column = (mark.line, mark.column) if mark else (0, 0)
    return MalformedYaml(fact, remedy, line + 1, column + 1)
