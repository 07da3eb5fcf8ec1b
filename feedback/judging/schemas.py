"""JSON Schemas that answers are checked by; nothing is ever fetched for them."""

from collections.abc import Mapping
from typing import Any, Protocol

import jsonschema_rs

_IN_LINEAR_TIME = jsonschema_rs.RegexOptions()
"""Patterns without look-around and references back, which no text can make slow."""


class BadSchema(Exception):
    """Raised when a schema is none; its text says why."""


class Schema(Protocol):
    """What answers can be checked by."""

    def is_valid(self, instance: Any) -> bool:  # noqa: ANN401 - what JSON can be
        """Whether JSON is as it should be."""
        ...


def compiled(schema: Mapping[str, Any]) -> Schema:
    """A schema of the draft that it names, or else of 2020-12, got ready once.

    >>> compiled({"type": "object", "required": ["a"]}).is_valid({"a": 1})
    True

    Raises:
        BadSchema: It is none, refers to what does not stand in it, or holds a pattern that cannot
            be looked for in linear time.
    """
    try:
        return jsonschema_rs.validator_for(
            dict(schema), offline=True, pattern_options=_IN_LINEAR_TIME
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as wrong:
        raise BadSchema(str(wrong).partition("\n")[0]) from None
