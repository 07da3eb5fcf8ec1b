"""The file as it was read: what was written, and what it means in this environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.settings import yaml_text
from service.settings.environment import filled_in
from service.settings.errors import BadValue
from service.settings.path import Path, node_at

_SECRET = {"api_key", "api_key_env", "extra_headers", "key_env", "secret_env"}
"""The name of a variable is no secret, but a key is easily pasted in its place."""

_LONGEST = 60


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """Two trees of the same shape."""

    written: object
    """As in the file; the only one that error messages quote."""

    meant: object
    """With environment variables filled in."""

    @classmethod
    def of(cls, text: str, environment: Mapping[str, str]) -> "Document":
        """What the text says.

        Raises:
            ConfigError: It is not YAML, or refers to a variable that is not there.
        """
        written = yaml_text.parse(text)
        return cls(written, filled_in(written, environment))

    def shown(self, path: Path) -> str:
        """The value there, for an error message; never a secret."""
        value = node_at(self.written, path)
        if value is None:
            parent = node_at(self.written, path[:-1])
            given = not path or (isinstance(parent, dict) and path[-1] in parent)
            return "empty" if given else "not given"
        if isinstance(value, dict | list):
            kind = "mapping" if isinstance(value, dict) else "list"
            return f"a {kind}" if value else f"an empty {kind}"
        if _SECRET.intersection(path) or _may_hold_a_password(value):
            return "a value not shown here"
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return repr(text[:_LONGEST]) if isinstance(value, str) else text[:_LONGEST]

    def wrong(self, path: Path, remedy: str) -> BadValue:
        """The error for a value that cannot be what it is."""
        return BadValue(path, self.shown(path), remedy)


def _may_hold_a_password(value: object) -> bool:
    """Whether it could be a URL with a user or a query."""
    return isinstance(value, str) and ("@" in value or "?" in value)
