"""What chat completions answer, whole or in chunks, as a sequence of pieces of one kind each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec
from msgspec import Raw, Struct

Kind = Literal["reasoning", "text", "refusal", "call"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that a model said, or the next part of it."""

    kind: Kind
    text: str
    """The words; of a call, its arguments."""

    index: int = 0
    call_id: str = ""
    name: str = ""

    def continues(self, earlier: "Piece | None") -> bool:
        """Whether it goes on with what an earlier piece began.

        Calls are told apart by their index and, as some providers number all of them alike, by
        their id.
        """
        if earlier is None or self.kind != earlier.kind:
            return False
        same_call = self.index == earlier.index and self.call_id in {"", earlier.call_id}
        return self.kind != "call" or same_call


class _Function(Struct, frozen=True):
    name: str | None = None
    arguments: str | None = None


class _Call(Struct, frozen=True):
    index: int | None = None
    id: str | None = None
    function: _Function = _Function()

    def piece(self, place: int) -> Piece:
        index = place if self.index is None else self.index
        words = self.function.arguments or ""
        return Piece("call", words, index, self.id or "", self.function.name or "")


class _Part(Struct, frozen=True):
    text: str | None = None


class Said(Struct, frozen=True):
    """A message, or a delta of one."""

    content: str | list[_Part] | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: tuple[_Call, ...] | None = None

    def pieces(self) -> Iterator[Piece]:
        """What it says, in the order in which models say it."""
        said: tuple[tuple[Kind, str | None], ...] = (
            ("reasoning", self.reasoning_content or self.reasoning),
            ("text", self._words()),
            ("refusal", self.refusal),
        )
        for kind, words in said:
            if words:
                yield Piece(kind, words)
        for place, call in enumerate(self.tool_calls or ()):
            yield call.piece(place)

    def _words(self) -> str | None:
        """The content; some providers send it in parts."""
        if isinstance(self.content, list):
            return "".join(part.text or "" for part in self.content)
        return self.content


class Choice(Struct, frozen=True):
    """One of the answers; nothing but the first is told in another protocol."""

    index: int = 0
    message: Said | None = None
    delta: Said | None = None
    finish_reason: str | None = None


class Told(Struct, frozen=True):
    """A completion, or a chunk of one."""

    choices: tuple[Choice, ...] | None = None
    model: str | None = None
    usage: Raw = Raw(b"null")
    error: Raw = Raw(b"null")


class Whole(Struct, frozen=True):
    """A completion that is one."""

    choices: tuple[Choice, ...]
    model: str = ""
    usage: Raw = Raw(b"null")

    @property
    def pieces(self) -> list[Piece]:
        """What the first answer says."""
        message = self.choices[0].message or Said()
        return list(message.pieces())

    @property
    def finish(self) -> str:
        """Why the model stopped, in OpenAI's word."""
        return self.choices[0].finish_reason or "stop"


decode_whole = msgspec.json.Decoder(Whole).decode
decode_chunk = msgspec.json.Decoder(Told).decode
