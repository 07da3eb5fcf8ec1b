"""Long work in steps, for whoever has something else to do in between."""

from collections.abc import Generator
from typing import TypeVar

_Result = TypeVar("_Result")

Steps = Generator[None, None, _Result]
"""Work that stops after each step and gives its result at the end; what it works on is not to be
changed by others before."""


def finish(steps: Steps[_Result]) -> _Result:
    """Do all that is left at once.

    >>> def count() -> Steps[int]:
    ...     for _ in range(3):
    ...         yield
    ...     return 3
    >>> finish(count())
    3
    """
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: _Result = end.value
            return result
