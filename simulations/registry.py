"""Things with names and options, as people write them: ``thompson:exploration=0.2,floor=0.01``."""

import difflib
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bandit.errors import ConfigError

Value = float | int | str
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be said of an entry."""

    default: Value
    """Also tells the type; an empty text has to be given."""

    least: float = 0.0
    most: float = math.inf
    words: tuple[str, ...] = ()
    """What a text may be; anything, if empty."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[_T]):
    """Something that can be asked for by its name."""

    description: str
    source: str
    """The paper it is from; empty where there is none to name."""

    make: _T
    options: Mapping[str, Option] = field(default_factory=dict)


def name_of(written: str) -> str:
    """The name without the options.

    >>> name_of("thompson:floor=0.01")
    'thompson'
    """
    return written.partition(":")[0]


def entry_of(
    written: str, entries: Mapping[str, Entry[_T]], also: Collection[str] = ()
) -> Entry[_T]:
    """The entry that is meant.

    Args:
        written: A name, with options or without.
        entries: What there is.
        also: Names of other things that might have been meant.

    Raises:
        ConfigError: There is no such entry.
    """
    name = name_of(written)
    if name not in entries:
        known = (*entries, *also)
        raise ConfigError(f"there is no policy {name!r}", one_of(name, known))
    return entries[name]


def options_of(written: str, entry: Entry[_T]) -> dict[str, Value]:
    """The options of what was written, those that were not given at their defaults.

    Raises:
        ConfigError: An option is unknown, given twice or cannot have its value.
    """
    name, colon, given = written.partition(":")
    values = {key: option.default for key, option in entry.options.items()}
    seen: set[str] = set()
    for part in given.split(",") if colon else ():
        key, _, text = part.partition("=")
        if key not in entry.options:
            raise ConfigError(f"{name} has no option {key!r}", one_of(key, tuple(entry.options)))
        if key in seen:
            raise ConfigError(f"{written} gives {key} twice", "give it once")
        seen.add(key)
        values[key] = _value(name, key, text, entry.options[key])
    if missing := [key for key, value in values.items() if value == ""]:
        raise ConfigError(f"{name} needs {missing[0]}", f"write {name}:{missing[0]}=…")
    return values


def one_of(given: str, known: Collection[str]) -> str:
    """A remedy: what there is, and what was probably meant.

    >>> one_of("thomson", ["thompson", "random"])
    'did you mean thompson? There are: thompson, random'
    >>> one_of("size", [])
    'leave it out, there are none'
    """
    close = difflib.get_close_matches(given, known, n=1)
    guess = f"did you mean {close[0]}? There are" if close else "use one of"
    return f"{guess}: {', '.join(known)}" if known else "leave it out, there are none"


def _value(name: str, key: str, text: str, option: Option) -> Value:
    if isinstance(option.default, str):
        if option.words and text not in option.words:
            raise ConfigError(f"{name}:{key} is {text!r}", one_of(text, option.words))
        return text
    kind = type(option.default)
    try:
        value = kind(text)
    except ValueError:
        value = math.nan
    if not option.least <= value <= option.most or math.isinf(value):
        number = "a whole number" if kind is int else "a number"
        raise ConfigError(f"{name}:{key} is {text!r}", f"give {number} {_range(option)}")
    return value


def _range(option: Option) -> str:
    if math.isinf(option.most):
        return f"of at least {option.least:g}"
    return f"from {option.least:g} to {option.most:g}"
