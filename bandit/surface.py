"""What a prompt looks like from outside: length, marks, script, attachments, telling words."""

from math import log, sqrt

import numpy as np

from bandit.arrays import Vector
from bandit.prompt import Prompt

SURFACE_SIZE = 16
"""Length of what `surface` gives."""

DIGITS, CAPITALS = 1, 9
"""Places of their shares in it."""

_DIGIT = b"0123456789"
_CODE = b"{}[]<>=_;#`\\|"
_CAPITAL = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FORMULA = b"\\$^"
_PUNCTUATION = b".,:;?!()\"'"
_LOWER = bytes(range(256)).lower()

_MOST_DIGITS = 9
"""Of a number whose size is looked at; longer ones are names, such as hashes."""

_QUANTITY, _REASON, _NEGATION = range(3)
_KINDS = {
    word: kind
    for kind, words in (
        (_QUANTITY, b"average calculate compute cost each many much per percent price ratio total"),
        (_REASON, b"because cause derive effect explain prove reason therefore why"),
        (_NEGATION, b"except false incorrect neither never no none nor not"),
    )
    for word in words.split()
}
_REQUESTS = frozenset(
    b"answer calculate choose compare complete create describe explain find generate give implement"
    b" list solve summarise summarize tell translate write".split()
)

_CENTRE: Vector = np.array(
    (5.5, 0.06, 0.02, 0.45, 0.02, 0.0, 0.0, 0.0, 1.8, 0.19, 0.01, 1.5, 0.14, 0.4, 0.3, 0.2)
)
_SPREAD: Vector = np.array(
    (1.0, 0.10, 0.06, 0.70, 0.12, 0.8, 0.8, 0.5, 1.2, 0.06, 0.05, 2.5, 0.40, 0.6, 0.5, 0.4)
)


def surface(prompt: Prompt, text: str) -> Vector:
    """Surface features, about zero and of about unit scale over everyday prompts.

    In order:

    - the message's length, as a logarithm;
    - the shares of digits, and of marks that code is full of, as square roots;
    - question marks, as the log of one more;
    - the share of characters outside ASCII, as a square root;
    - turns, tools and images, the last two as the log of one more, turns as the log;
    - line ends, as the log of one more;
    - the shares of capitals, and of marks that formulas are full of, as square roots;
    - the largest number, as the log of one more;
    - words that ask for a quantity, that tell of reasons and that negate, each as the log of one
      more;
    - one if the text begins with a verb that asks for something to be done, else zero.

    The words are English. All but the length and the attachments is read off the cut text, so the
    cost does not grow with the prompt.

    Args:
        prompt: Whose length and attachments are meant.
        text: Its cut text, `Prompt.text`.

    Returns:
        Shape ``(16,)``, not clipped.
    """
    ascii_only = text.encode("ascii", errors="ignore")
    size = len(text) or 1
    raw = (
        log(1 + len(prompt.user)),
        sqrt(_count(ascii_only, _DIGIT) / size),
        sqrt(_count(ascii_only, _CODE) / size),
        log(1 + text.count("?")),
        sqrt((len(text) - len(ascii_only)) / size),
        log(max(prompt.turns, 1)),
        log(1 + max(prompt.tools, 0)),
        log(1 + max(prompt.images, 0)),
        log(1 + text.count("\n")),
        sqrt(_count(ascii_only, _CAPITAL) / size),
        sqrt(_count(ascii_only, _FORMULA) / size),
        *_told_by_words(ascii_only.translate(_LOWER, _PUNCTUATION).split()),
    )
    seen: Vector = np.array(raw)
    return (seen - _CENTRE) / _SPREAD


def _told_by_words(words: list[bytes]) -> tuple[float, float, float, float, float]:
    """The last five features, from words in lower case without the marks about them."""
    numbers = [int(word) for word in filter(bytes.isdigit, words) if len(word) <= _MOST_DIGITS]
    kinds = [_KINDS[word] for word in filter(_KINDS.__contains__, words)]
    return (
        log(1 + max(numbers, default=0)),
        log(1 + kinds.count(_QUANTITY)),
        log(1 + kinds.count(_REASON)),
        log(1 + kinds.count(_NEGATION)),
        float(bool(words) and words[0] in _REQUESTS),
    )


def _count(text: bytes, marks: bytes) -> int:
    """How many bytes of a text are among the marks; one pass in C."""
    return len(text) - len(text.translate(None, marks))
