"""What of a request the context is made from, and how much of its text."""

from dataclasses import dataclass

_SYSTEM_BYTES = 240
_HEAD_BYTES = 1100
_TAIL_BYTES = 500


@dataclass(frozen=True, slots=True)
class Prompt:
    """The parts of a request that tell which model it needs."""

    user: str
    """The last user message."""

    system: str = ""
    turns: int = 1
    """Messages in the conversation."""

    tools: int = 0
    """Tools offered to the model."""

    images: int = 0
    """Images attached."""

    def text(self) -> str:
        r"""A short head of the system prompt, then the head and the tail of the user's message.

        The cut is in UTF-8 bytes, so that scripts of one token a byte cost no more than English,
        and looks at no more than it keeps. What cannot be encoded becomes a question mark.

        >>> Prompt("What is 2 + 2?", system="Be brief.").text()
        'Be brief.\nWhat is 2 + 2?'
        >>> len(Prompt("a" * 100_000).text())
        1601
        """
        system = _head(self.system, _SYSTEM_BYTES)
        user = _ends(self.user)
        return f"{system}\n{user}" if system else user


def _ends(text: str) -> str:
    """All of a text that is short, the two ends of one that is not."""
    whole = text[: _HEAD_BYTES + _TAIL_BYTES + 1].encode(errors="replace")
    if len(whole) <= _HEAD_BYTES + _TAIL_BYTES:
        return whole.decode()
    return f"{_head(text, _HEAD_BYTES)}\n{_tail(text, _TAIL_BYTES)}"


def _head(text: str, size: int) -> str:
    return text[:size].encode(errors="replace")[:size].decode(errors="ignore")


def _tail(text: str, size: int) -> str:
    return text[-size:].encode(errors="replace")[-size:].decode(errors="ignore")
