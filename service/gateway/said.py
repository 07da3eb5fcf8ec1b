"""What a model said, as one text, out of the bytes that are passed on to its client."""

import msgspec
from msgspec import Struct

from service.gateway.streaming import BOUNDARY, data_of


class _Said(Struct, frozen=True):
    content: str | None = None


class _Choice(Struct, frozen=True):
    message: _Said | None = None
    delta: _Said | None = None
    text: str | None = None
    """What a completion of a bare prompt has in the place of a message."""

    index: int = 0

    @property
    def said(self) -> str:
        """What this choice says, be it a message, a delta or a text."""
        said = self.message or self.delta
        return (said.content if said else self.text) or ""


class _Body(Struct, frozen=True):
    choices: tuple[_Choice, ...] = ()


_BODY = msgspec.json.Decoder(_Body)


def said(answer: bytes, *, is_stream: bool) -> str | None:
    r"""The words of an answer, or of some whole events of a stream; None of what is neither.

    >>> said(b'{"choices": [{"message": {"content": "Hi."}}]}', is_stream=False)
    'Hi.'
    >>> said(b'data: {"choices": [{"delta": {"content": "Hi"}}]}\n\n', is_stream=True)
    'Hi'
    """
    try:
        return _of_stream(answer) if is_stream else _of(answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _of(body: bytes) -> str:
    """The first choice; others are there for the client to choose from."""
    return "".join(choice.said for choice in _BODY.decode(body).choices if choice.index == 0)


def _of_stream(events: bytes) -> str:
    data = (data_of(event) for event in BOUNDARY.split(events))
    return "".join(_of(each) for each in data if each and not each.startswith(b"[DONE]"))
