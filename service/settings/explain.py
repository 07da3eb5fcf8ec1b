"""From msgspec's terse complaint to one that names the key, the value and the remedy."""

import re
from dataclasses import dataclass

import msgspec
from msgspec import inspect

from bandit.errors import ConfigError
from service.settings import shapes
from service.settings.document import Document
from service.settings.errors import BadName, BadValue, MissingKey, UnknownKey, one_of
from service.settings.path import Path, node_at

_STEP = re.compile(r"\.(?P<field>\w+)|\[(?P<index>\d+)\]|(?P<any>\[\.\.\.\])")
_WORDS = {
    "str": "text",
    "float": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "null",
}


@dataclass(frozen=True, slots=True)
class _Complaint:
    """``what - at `$.steps` ``, or ``what - at `key` in `$.steps` ``, taken apart."""

    text: str
    what: str
    steps: str
    of_key: bool

    @classmethod
    def of(cls, text: str) -> "_Complaint":
        what, _, place = text.rpartition(" - at `")
        of_key = place.startswith("key` in `$")
        steps = place.partition("$")[2].removesuffix("`") + "[...]" * of_key
        return cls(text, what or text, steps, of_key)


def explained(document: Document, shape: type, text: str) -> ConfigError:
    """The error behind what msgspec said of the document."""
    complaint = _Complaint.of(text)
    path = _located(document, shape, complaint)
    if complaint.of_key:
        return BadName(path)
    types = shapes.types_at(shape, document.meant, path)
    if complaint.what.startswith("Object "):
        return _wrong_key(complaint, path, types)
    if complaint.what.startswith("Invalid "):
        given = str(node_at(document.written, path))
        return document.wrong(path, one_of(given, shapes.choices(types)))
    if complaint.what == "Expected `object`, got `str`":
        return BadValue(path, "text", "give a mapping")
    return document.wrong(path, _expected(complaint.what))


def _wrong_key(complaint: _Complaint, path: Path, types: list[inspect.Type]) -> ConfigError:
    known = shapes.fields(types)
    key = complaint.what.partition("field `")[2].removesuffix("`")
    if complaint.what.startswith("Object missing"):
        return MissingKey((*path, key), known[key])
    return UnknownKey((*path, key), tuple(known))


def _located(document: Document, shape: type, complaint: _Complaint) -> Path:
    """The path, with msgspec's ``[...]`` for any key of a mapping replaced by the key.

    It is the key for which a file with no other key there is complained of in the same words.
    """
    path: Path = ()
    for step in _STEP.finditer(complaint.steps):
        if step["any"]:
            node = node_at(document.meant, path)
            keys = node if isinstance(node, dict) else {}
            same = (k for k in keys if _alone(document, shape, path, k) == complaint.text)
            path = (*path, next(same, "?"))
        else:
            path = (*path, step["field"] or int(step["index"]))
    return path


def _alone(document: Document, shape: type, path: Path, key: str) -> str:
    try:
        msgspec.convert(_only(document.meant, path, key), shape, strict=False)
    except msgspec.ValidationError as complaint:
        return str(complaint)
    return ""


def _only(tree: object, path: Path, key: str) -> object:
    """The tree with no other key than this one in the mapping at the path."""
    if isinstance(tree, list):
        return [_only(n, path[1:], key) if i == path[0] else n for i, n in enumerate(tree)]
    if not isinstance(tree, dict):
        return tree
    if not path:
        return {key: tree[key]}
    return {k: _only(n, path[1:], key) if k == path[0] else n for k, n in tree.items()}


def _expected(what: str) -> str:
    """A remedy from "Expected `float | null`, got `str`" or "Expected `float` > 0.0"."""
    if what == "Number out of range":
        return "give a number in range"
    kinds, _, limit = what.removeprefix("Expected `").partition("`")
    words = " or ".join(_WORDS.get(kind, kind) for kind in kinds.split(" | "))
    limit = limit.partition(", got")[0].replace(" of length", ", of length")
    return f"give {words}{limit}" if "matching" not in limit else "give text without white space"
