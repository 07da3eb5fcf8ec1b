"""What a person may say of a file besides its name, and libraries that only some files need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType

from bandit.errors import ConfigError


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a file."""

    trust_pickle: bool = False
    """Whether to run what a pickle says, which can be anything."""

    cost_usd: Mapping[str, float] = field(default_factory=dict)
    """Dollars of an answer, by model, where a file has no costs."""


def extra(name: str) -> ModuleType:
    """A library of the extra ``simulate``, which takes a moment to import.

    Raises:
        ConfigError: It is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise ConfigError(
            f"this kind of file needs {name.partition('.')[0]}, which is not installed",
            "pip install 'pointsman[simulate]', or take .jsonl or .csv",
        ) from error
