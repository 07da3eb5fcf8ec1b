"""Regular expressions that cannot hold a request up."""

import regex

_SECONDS = 0.01
"""Of the processor's time, for one expression on one text."""


class Pattern:
    """A regular expression with a time limit.

    >>> Pattern("(?i)invoice").found_in("An INVOICE, please")
    True
    """

    def __init__(self, written: str) -> None:
        """``written`` in the syntax of the regex library, which has all of Python's own."""
        self._compiled = regex.compile(written)

    def found_in(self, text: str) -> bool:
        """Whether it is found anywhere in the text.

        Raises:
            TimeoutError: The search took too long.
        """
        return self._compiled.search(text, timeout=_SECONDS) is not None
