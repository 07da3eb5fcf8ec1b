"""How rows get into a file, and what is told of those that do not."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any, BinaryIO, TypeVar

_Row = TypeVar("_Row")


class LeftOut(StrEnum):
    """Why a row is not in the file, with the remedy where there is one."""

    NO_CONVERSATION = (
        "the conversation is not kept, is more than text, or is not the same for both answers;"
        " storage.keep_prompts keeps those to come"
    )
    NO_ANSWER = "an answer is not kept whole; storage.keep_answers keeps those to come"
    TIE = "neither answer is the better one"
    NO_REWARD = "nobody of the source rated it, or what it cost is not known"
    STOOD_IN = "another model stood in for the chosen one"
    DIRECT = "the client named the model, so that nothing was chosen"
    DUELLED = "it was one of two answers to a request"
    OLD_CONTEXT = "its context is of an earlier version, which cannot be compared with the latest"


Write = Callable[[AsyncIterator[Any], BinaryIO], Awaitable[Mapping[LeftOut, int]]]
"""Writes rows to a file; tells how many it left out, and why."""


def lines(line_of: Callable[[_Row], bytes | LeftOut]) -> Write:
    """Each row by itself, one after the other."""

    async def write(rows: AsyncIterator[_Row], output: BinaryIO) -> Mapping[LeftOut, int]:
        left_out = Counter[LeftOut]()
        async for row in rows:
            line = line_of(row)
            if isinstance(line, LeftOut):
                left_out[line] += 1
            else:
                output.write(line)
        return left_out

    return write
