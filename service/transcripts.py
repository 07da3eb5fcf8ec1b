"""Conversations as they are kept: what was said, by whom, where that is all there is to them."""

from collections.abc import Sequence

import msgspec

from service.gateway.messages import Message

MOST_CHARACTERS = 100_000
"""Of a conversation; a longer one is not kept, since a part of it is another one."""

_ROLES = {"system", "developer", "user", "assistant"}


class Turn(msgspec.Struct, frozen=True):
    """One message, as chat completions have it."""

    role: str
    content: str


_TURNS = msgspec.json.Decoder(tuple[Turn, ...])


def transcript(messages: Sequence[Message]) -> str | None:
    """A conversation as JSON; None of one that is too long, or is more than text."""
    if not all(_is_text(message) for message in messages):
        return None
    if sum(len(message.text) for message in messages) > MOST_CHARACTERS:
        return None
    turns = [Turn(message.role, message.text) for message in messages]
    return msgspec.json.encode(turns).decode()


def turns_of(kept: str) -> tuple[Turn, ...]:
    """The conversation that `transcript` gave."""
    return _TURNS.decode(kept)


def _is_text(message: Message) -> bool:
    more = message.images or message.audio or message.files
    return message.role in _ROLES and not more and not message.tool_calls
