"""``${NAME}`` in the file's values becomes that environment variable's value."""

import re
from collections.abc import Mapping

from service.settings.errors import BadValue, MissingVariable
from service.settings.path import Path

_REFERENCE = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}|(?P<bad>\{))")
_DEEPEST = 20
"""More than any setting; YAML's references can make a tree that has no end."""


def filled_in(node: object, environment: Mapping[str, str], path: Path = ()) -> object:
    """The tree with its references replaced; ``$$`` stands for one ``$``.

    >>> filled_in({"api_key": "${KEY}", "note": "$$5"}, {"KEY": "k-1"})
    {'api_key': 'k-1', 'note': '$5'}

    Raises:
        MissingVariable: A variable is not set, or empty.
        BadValue: A reference has no name, or the tree no end.
    """
    if len(path) > _DEEPEST:
        raise BadValue(path[:3], "nested too deeply", "flatten it")
    if isinstance(node, dict):
        return {key: filled_in(value, environment, (*path, key)) for key, value in node.items()}
    if isinstance(node, list):
        return [filled_in(value, environment, (*path, i)) for i, value in enumerate(node)]
    if isinstance(node, str):
        return _filled_in_text(node, environment, path)
    return node


def _filled_in_text(text: str, environment: Mapping[str, str], path: Path) -> str:
    filled = _REFERENCE.sub(lambda found: _value_of(found, environment, path), text)
    if not filled.isprintable():
        raise BadValue(path, "text with a line break or another unprintable character", "remove it")
    return filled


def _value_of(found: re.Match[str], environment: Mapping[str, str], path: Path) -> str:
    if found["escaped"]:
        return "$"
    if found["bad"]:
        raise BadValue(
            path, "a ${ without a variable's name", "write ${NAME}, or $${ for the characters"
        )
    return variable(found["name"], environment, path)


def variable(name: str, environment: Mapping[str, str], path: Path) -> str:
    """The value of a variable that the key at the path refers to.

    Raises:
        MissingVariable: It is not set, or empty.
    """
    value = environment.get(name)
    if not value:
        raise MissingVariable(path, name)
    return value
