"""A stream of chat completions told in another protocol's events, piece by piece."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

import msgspec
from msgspec import Raw

from service.gateway.openai import usage_of
from service.gateway.provider import Usage
from service.gateway.streaming import BOUNDARY, data_of
from service.translation.chat import Piece, Said, Told, decode_chunk

Event = dict[str, object]

_NO_ANSWER = "the provider sent what is no chunk of an answer"


class StreamTranslation(ABC):
    """Takes in whole events of OpenAI's and gives those of another protocol.

    What a model says comes in blocks of one kind, one after another: a block is opened, gets more
    and is closed before the next.
    """

    def __init__(self) -> None:
        self.is_over = False
        """Nothing more is told."""

        self.model = ""
        """As the provider names it."""

        self._open: Piece | None = None
        self._finish = "stop"
        self._usage = Usage()
        self._has_begun = False

    def feed(self, data: bytes) -> bytes:
        """Take in some events; gives what the client is to have now."""
        told = []
        for event in BOUNDARY.split(data):
            if not self.is_over and (content := data_of(event)):
                told += [_line(each) for each in self._tell(content)]
        return b"".join(told)

    def _tell(self, content: bytes) -> Iterator[Event]:
        if content.startswith(b"[DONE]"):
            yield from self._finished()
            return
        try:
            chunk = decode_chunk(content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            yield from self._failed(_NO_ANSWER)
            return
        if bytes(chunk.error) != b"null":
            yield from self._failed(_message_of(chunk.error))
        else:
            yield from self._take(chunk)

    def _take(self, chunk: Told) -> Iterator[Event]:
        yield from self._start(chunk.model or "")
        if bytes(chunk.usage) != b"null":
            self._usage = usage_of(chunk.usage)
        for choice in chunk.choices or ():
            if choice.index != 0:
                continue
            for piece in (choice.delta or Said()).pieces():
                yield from self._add(piece)
            self._finish = choice.finish_reason or self._finish

    def _add(self, piece: Piece) -> Iterator[Event]:
        if self.is_over or self.leaves_out(piece):
            return
        if not piece.continues(self._open):
            if piece.kind == "call" and not piece.name:
                yield from self._failed("the provider sent a tool call without a name")
                return
            yield from self._close()
            self._open = piece
            yield from self.open(piece)
        if piece.text:
            yield from self.more(piece)

    def _start(self, model: str) -> Iterator[Event]:
        if not self._has_begun:
            self._has_begun = True
            self.model = model
            yield from self.begin()

    def _close(self) -> Iterator[Event]:
        if self._open is not None:
            yield from self.close(self._open)
            self._open = None

    def _finished(self) -> Iterator[Event]:
        yield from self._start("")
        yield from self._close()
        self.is_over = True
        yield from self.end(self._finish, self._usage)

    def _failed(self, message: str) -> Iterator[Event]:
        yield from self._start("")
        self.is_over = True
        yield from self.fail(message)

    def leaves_out(self, piece: Piece) -> bool:
        """Whether the client is not to be told of this."""
        del piece
        return False

    @abstractmethod
    def begin(self) -> Iterator[Event]:
        """The answer begins."""

    @abstractmethod
    def open(self, piece: Piece) -> Iterator[Event]:
        """A block begins; what the piece says comes as `more`."""

    @abstractmethod
    def more(self, piece: Piece) -> Iterator[Event]:
        """The open block goes on."""

    @abstractmethod
    def close(self, piece: Piece) -> Iterator[Event]:
        """The open block, which began with this piece, is complete."""

    @abstractmethod
    def end(self, finish: str, usage: Usage) -> Iterator[Event]:
        """The answer is complete."""

    @abstractmethod
    def fail(self, message: str) -> Iterator[Event]:
        """The answer broke off."""


def _line(event: Event) -> bytes:
    """An event as it goes over the wire; its name is its type."""
    return b"event: %b\ndata: %b\n\n" % (str(event["type"]).encode(), msgspec.json.encode(event))


def _message_of(error: Raw) -> str:
    try:
        return str(msgspec.json.decode(error, type=dict[str, object])["message"])
    except (msgspec.DecodeError, KeyError):
        return "the provider broke the stream off"
