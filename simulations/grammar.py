"""Templates with slots: ``{slot}`` is one of a list, ``{2-9}`` a whole number in a range."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

_NUMBER = re.compile(r"\{(\d+)-(\d+)\}")
_SLOT = re.compile(r"(\b[Aa] )?\{(([A-Za-z_]+?)(?:_\d)?)\}")


@dataclass(frozen=True, slots=True)
class Grammar:
    """Writes texts from templates.

    A slot stands for one of its values, which may hold slots in turn. Within one text it keeps
    its value; ``{slot_2}`` is a different value of the same list. ``{Slot}`` begins with a capital
    letter, and ``a {slot}`` becomes "an" before a vowel. A number is drawn anew at each place.

    >>> grammar = Grammar({"animal": ["otter"], "deed": ["saw a {animal}"]})
    >>> grammar.write("{Deed}!", {}, np.random.default_rng(0))
    'Saw an otter!'
    """

    slots: Mapping[str, Sequence[str]]

    def write(self, template: str, given: Mapping[str, str], rng: np.random.Generator) -> str:
        """One text; ``given`` are slots whose values are settled beforehand."""
        return _Writing(self.slots, dict(given), rng).fill(template)


@dataclass(frozen=True, slots=True)
class _Writing:
    """One text in the making."""

    slots: Mapping[str, Sequence[str]]
    settled: dict[str, str]
    rng: np.random.Generator

    def fill(self, template: str) -> str:
        return _SLOT.sub(self._word, _NUMBER.sub(self._number, template))

    def _number(self, match: re.Match[str]) -> str:
        low, high = int(match[1]), int(match[2])
        return str(self.rng.integers(low, high, endpoint=True))

    def _word(self, match: re.Match[str]) -> str:
        article, place, name = match[1] or "", match[2], match[3]
        key = _lowered(place)
        if key not in self.settled:
            self.settled[key] = self.fill(self._pick(_lowered(name)))
        value = self.settled[key]
        if article and value[:1].lower() in "aeiou":
            article = f"{article[0]}n "
        return article + (value[:1].upper() + value[1:] if place != key else value)

    def _pick(self, name: str) -> str:
        """A value that no other place of this list has in this text, as far as there are some."""
        used = {value for key, value in self.settled.items() if key.startswith(name)}
        values = self.slots[name]
        fresh = [value for value in values if value not in used] or values
        return fresh[int(self.rng.integers(len(fresh)))]


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]
