"""A conversation as chat completions have it, put together from what another protocol says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Part = dict[str, object]


def text(words: str) -> Part:
    """A part of a message that is text."""
    return {"type": "text", "text": words}


def image(url: str, detail: str | None = None) -> Part:
    """A part that is a picture, by its address or as a ``data:`` URL."""
    shown = {"url": url} if detail is None else {"url": url, "detail": detail}
    return {"type": "image_url", "image_url": shown}


def file(name: str, data: str) -> Part:
    """A part that is a file, as a ``data:`` URL."""
    return {"type": "file", "file": {"filename": name, "file_data": data}}


@dataclass(slots=True)
class _Turn:
    role: str
    parts: list[Part] = field(default_factory=list)
    calls: list[object] = field(default_factory=list)
    call_id: str | None = None

    def message(self) -> dict[str, object]:
        message: dict[str, object] = {"role": self.role, "content": _content(self.parts)}
        if self.calls:
            message["tool_calls"] = self.calls
        if self.call_id is not None:
            message |= {"tool_call_id": self.call_id, "content": message["content"] or ""}
        return message


class Transcript:
    """Takes in turns, calls of tools and their results, in the order they came.

    >>> talk = Transcript()
    >>> talk.say("user", [text("Hi")])
    >>> talk.messages()
    [{'role': 'user', 'content': 'Hi'}]
    """

    def __init__(self) -> None:
        self._turns: list[_Turn] = []
        self._shown: list[Part] = []

    def say(self, role: str, parts: Sequence[Part]) -> None:
        """Somebody says something; what a model says after calling belongs to the same message."""
        if not parts:
            return
        self._show()
        last = self._last("assistant") if role == "assistant" else None
        if last is not None and last.calls:
            last.parts += parts
        else:
            self._turns.append(_Turn(role, list(parts)))

    def call(self, call_id: str, name: str, arguments: str) -> None:
        """The model calls a tool."""
        self._show()
        turn = self._last("assistant")
        if turn is None:
            turn = _Turn("assistant")
            self._turns.append(turn)
        function = {"name": name, "arguments": arguments}
        turn.calls.append({"id": call_id, "type": "function", "function": function})

    def result(self, call_id: str, parts: Iterable[Part]) -> None:
        """A tool has answered; what is no text follows the results, as the user's."""
        turn = _Turn("tool", call_id=call_id)
        for part in parts:
            (turn.parts if part["type"] == "text" else self._shown).append(part)
        self._turns.append(turn)

    def messages(self) -> list[dict[str, object]]:
        """The conversation."""
        self._show()
        return [turn.message() for turn in self._turns]

    def _last(self, role: str) -> _Turn | None:
        return self._turns[-1] if self._turns and self._turns[-1].role == role else None

    def _show(self) -> None:
        if self._shown:
            self._turns.append(_Turn("user", self._shown))
            self._shown = []


def _content(parts: list[Part]) -> object:
    """One text alone is a string, which every provider takes."""
    if len(parts) == 1 and parts[0]["type"] == "text":
        return parts[0]["text"]
    return parts or None
