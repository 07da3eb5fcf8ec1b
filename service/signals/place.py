"""Where in its conversation a request stands; told by digests, so that no text is remembered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from service.asking import has_answers
from service.gateway.messages import Message


@dataclass(frozen=True, slots=True)
class Place:
    """The digests of conversations, up to the request and up to the one before."""

    own: tuple[str, ...]
    """Under which the answer to the request can be found again."""

    again: str | None
    """Where its answer would be, had the very same request come before."""

    before: str | None
    """Where the answer would be that the user's new message follows."""

    is_common: bool
    """Whether others who begin alike would stand there too."""

    words: tuple[str, str] | None = field(default=None, repr=False)
    """The user's message before and the new one, where the client sends both."""


def place_of(messages: Sequence[Message], session: str | None, key: str | None = None) -> Place:
    """Where a request stands among those that came with its key.

    Two people may begin alike: without a session, only what was answered tells them apart.
    A client that names its session may send the new message alone, or all of them.
    """
    is_common = session is None and not has_answers(messages)
    whose = key, session
    own = [_digest(whose, messages)]
    if session is not None and not has_answers(messages):
        own.append(_digest(whose, ()))
    if is_common or messages[-1].role != "user":
        return Place(tuple(own), None, None, is_common)
    earlier = _earlier(messages)
    asked = [message.text for message in earlier if message.role == "user"]
    words = (asked[-1], messages[-1].text) if asked else None
    return Place(tuple(own), own[0], _digest(whose, earlier), is_common, words)


def _earlier(messages: Sequence[Message]) -> Sequence[Message]:
    """The request whose answer is the model's last word in this one."""
    answers = [k for k, message in enumerate(messages) if message.role == "assistant"]
    return messages[: answers[-1]] if answers else ()


def _digest(whose: tuple[str | None, str | None], messages: Sequence[Message]) -> str:
    named = "\0".join(f"{name is None}\0{name}" for name in whose)
    digest = sha256(named.encode("utf-8", "replace"))
    for message in messages:
        text = message.text.encode("utf-8", "replace")
        digest.update(f"\0{message.role}\0{len(text)}\0".encode("utf-8", "replace") + text)
    return digest.hexdigest()[:32]
