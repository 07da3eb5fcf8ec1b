"""A stream of chat completions, told in the events of OpenAI's Responses API."""

from collections.abc import Iterator

from service.gateway.provider import Usage
from service.translation.chat import Piece
from service.translation.responses_answer import Event, ResponseForm, content_part, item
from service.translation.stream import StreamTranslation

_DELTAS = {
    "reasoning": "response.reasoning_text",
    "text": "response.output_text",
    "refusal": "response.refusal",
    "call": "response.function_call_arguments",
}
_WORDS = {"reasoning": "text", "text": "text", "refusal": "refusal", "call": "arguments"}
"""Under which name the event that ends a block has all of it."""


class ResponseStream(StreamTranslation):
    """An answer in the events of the Responses API, each with its number."""

    def __init__(self, form: ResponseForm) -> None:
        super().__init__()
        self._form = form
        self._number = 0
        self._output: list[Event] = []
        self._words: list[str] = []

    def begin(self) -> Iterator[Event]:
        """The response exists, and is being worked on."""
        response = self._form.response("in_progress", self.model, [])
        yield self._event("response.created", response=response)
        yield self._event("response.in_progress", response=response)

    def open(self, piece: Piece) -> Iterator[Event]:
        """An item of the output and, unless it is a call, its one part."""
        self._words = []
        begun = item(piece, self._item_id(piece), None)
        yield self._event("response.output_item.added", output_index=self._place, item=begun)
        if piece.kind != "call":
            part = content_part(piece, "")
            yield self._event("response.content_part.added", **self._where(piece), part=part)

    def more(self, piece: Piece) -> Iterator[Event]:
        """A delta of the item."""
        self._words.append(piece.text)
        name = f"{_DELTAS[piece.kind]}.delta"
        logprobs: Event = {"logprobs": []} if piece.kind == "text" else {}
        yield self._event(name, **self._where(piece), delta=piece.text, **logprobs)

    def close(self, piece: Piece) -> Iterator[Event]:
        """The item is complete: its words, its part, itself."""
        words = "".join(self._words)
        said: Event = {_WORDS[piece.kind]: words}
        if piece.kind == "text":
            said["logprobs"] = []
        yield self._event(f"{_DELTAS[piece.kind]}.done", **self._where(piece), **said)
        if piece.kind != "call":
            part = content_part(piece, words)
            yield self._event("response.content_part.done", **self._where(piece), part=part)
        done = item(piece, self._item_id(piece), words)
        yield self._event("response.output_item.done", output_index=self._place, item=done)
        self._output.append(done)

    def end(self, finish: str, usage: Usage) -> Iterator[Event]:
        """The whole response."""
        response = self._form.ended(finish, self.model, self._output, usage)
        yield self._event(f"response.{response['status']}", response=response)

    def fail(self, message: str) -> Iterator[Event]:
        """The response as far as it came, and an error that no client takes for an end."""
        response = self._form.response("failed", self.model, self._output)
        response["error"] = {"code": "server_error", "message": message}
        yield self._event("response.failed", response=response)
        told = {"message": message, "code": "server_error", "param": None}
        yield self._event("error", **told, error={**told, "type": "upstream_error"})

    @property
    def _place(self) -> int:
        return len(self._output)

    def _item_id(self, piece: Piece) -> str:
        return self._form.item_id(piece.kind, self._place)

    def _where(self, piece: Piece) -> Event:
        where: Event = {"item_id": self._item_id(piece), "output_index": self._place}
        return where if piece.kind == "call" else {**where, "content_index": 0}

    def _event(self, name: str, **told: object) -> Event:
        self._number += 1
        return {"type": name, "sequence_number": self._number - 1, **told}
