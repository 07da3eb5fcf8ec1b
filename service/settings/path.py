"""Where in the file something stands, as ``routes.default.candidates[1]``."""

import json
import re
from collections.abc import Mapping

Path = tuple[str | int, ...]

_PLAIN = re.compile(r"[\w-]+")


def text_of(path: Path) -> str:
    """The path as a person writes it; a key that holds a dot or the like stands in quotes.

    >>> text_of(("routes", "default", "candidates", 1))
    'routes.default.candidates[1]'
    >>> text_of(("models", "gpt-4.1", "price"))
    'models."gpt-4.1".price'
    """
    return "".join(map(_step_text, path)).removeprefix(".") or "the file"


def node_at(tree: object, path: Path) -> object:
    """What stands there; None where there is nothing."""
    for step in path:
        if isinstance(tree, Mapping):
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree


def _step_text(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step if _PLAIN.fullmatch(step) else json.dumps(step)}"
