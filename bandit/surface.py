"""What a prompt looks like from outside: length, digits, code, questions, script, attachments."""

from math import log, sqrt

import numpy as np

from bandit.arrays import Vector
from bandit.prompt import Prompt

SURFACE_SIZE = 8
"""Length of what `surface` gives."""

_DIGITS = b"0123456789"
_CODE = b"{}[]<>=_;#`\\|"

_CENTRE: Vector = np.array([5.5, 0.06, 0.02, 0.45, 0.02, 0.0, 0.0, 0.0])
_SPREAD: Vector = np.array([1.0, 0.10, 0.06, 0.70, 0.12, 0.8, 0.8, 0.5])


def surface(prompt: Prompt, text: str) -> Vector:
    """Surface features, about zero and of about unit scale over everyday prompts.

    In order: log length of the message; square roots of the shares of digits, of marks that code
    is full of and of characters outside ASCII; question marks, turns, tools and images, each as
    the log of one more. Marks are counted in the cut text, so the cost does not grow with the
    prompt.

    Args:
        prompt: Whose length and attachments are meant.
        text: Its cut text, `Prompt.text`.

    Returns:
        Shape ``(8,)``, not clipped.
    """
    ascii_only = text.encode("ascii", errors="ignore")
    size = len(text) or 1
    raw = (
        log(1 + len(prompt.user)),
        sqrt(_count(ascii_only, _DIGITS) / size),
        sqrt(_count(ascii_only, _CODE) / size),
        log(1 + text.count("?")),
        sqrt((len(text) - len(ascii_only)) / size),
        log(max(prompt.turns, 1)),
        log(1 + max(prompt.tools, 0)),
        log(1 + max(prompt.images, 0)),
    )
    seen: Vector = np.array(raw)
    return (seen - _CENTRE) / _SPREAD


def _count(text: bytes, marks: bytes) -> int:
    """How many bytes of a text are among the marks; one pass in C."""
    return len(text) - len(text.translate(None, marks))
