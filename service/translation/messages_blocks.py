"""The blocks that Anthropic's messages are made of, and what each is in a chat completion."""

from collections.abc import Iterator

import msgspec
from msgspec import Raw, Struct

from service.errors import BadRequest
from service.translation.transcript import Part, Transcript, file, image, text

_ERROR = "Error: "
"""Stands before what a tool says that has failed; chat completions have no other way to tell."""

_THOUGHTS = {"thinking", "redacted_thinking"}
"""They are signed for the model that thought them, and of no use to another."""


class Source(Struct, frozen=True):
    """Where a picture or a document is."""

    type: str
    media_type: str = ""
    data: str = ""
    url: str = ""

    @property
    def data_url(self) -> str:
        """Itself, as a URL."""
        return f"data:{self.media_type};base64,{self.data}"


class Block(Struct, frozen=True):
    """Any block; which fields it has depends on its type."""

    type: str
    text: str = ""
    source: Source | None = None
    title: str | None = None
    id: str = ""
    name: str = ""
    input: Raw = Raw(b"{}")
    tool_use_id: str = ""
    content: "str | list[Block] | None" = None
    is_error: bool | None = None


def add_turn(talk: Transcript, role: str, content: str | list[Block], place: str) -> None:
    """Add one message to a conversation; ``place`` is where in the request it stands.

    Raises:
        BadRequest: It has a block of a kind that chat completions do not know.
    """
    said: list[Part] = []
    for where, block in _placed(content, place):
        if block.type == "tool_use":
            talk.say(role, said)
            said = []
            talk.call(block.id, block.name, msgspec.json.format(block.input, indent=-1).decode())
        elif block.type == "tool_result":
            talk.result(block.tool_use_id, _result(block, where))
        elif block.type not in _THOUGHTS:
            said.append(_part(block, where))
    talk.say(role, said)


def parts_of(content: str | list[Block] | None, place: str) -> list[Part]:
    """What a text, or some blocks that are no calls, are in a chat completion.

    Raises:
        BadRequest: A block is of a kind that cannot stand there.
    """
    return [_part(block, where) for where, block in _placed(content or [], place)]


def _placed(content: str | list[Block], place: str) -> Iterator[tuple[str, Block]]:
    if isinstance(content, str):
        yield place, Block("text", text=content)
    else:
        for k, block in enumerate(content):
            yield f"{place}[{k}]", block


def _result(block: Block, place: str) -> list[Part]:
    parts = parts_of(block.content, f"{place}.content")
    if block.is_error and parts and parts[0]["type"] == "text":
        parts[0] = text(f"{_ERROR}{parts[0]['text']}")
    return parts


def _part(block: Block, place: str) -> Part:
    if block.type == "text":
        return text(block.text)
    if block.type == "image":
        return _image(block.source, place)
    if block.type == "document":
        return _document(block, place)
    problem = "use text, image, document, tool_use or tool_result; no other block is supported"
    raise BadRequest(f"{place}.type", problem)


def _image(source: Source | None, place: str) -> Part:
    if source is not None and source.type == "base64":
        return image(source.data_url)
    if source is not None and source.type == "url":
        return image(source.url)
    raise BadRequest(f"{place}.source", "give a picture as base64 or url")


def _document(block: Block, place: str) -> Part:
    source = block.source
    if source is not None and source.type == "base64":
        return file(block.title or "document.pdf", source.data_url)
    if source is not None and source.type == "text":
        return text(source.data)
    raise BadRequest(f"{place}.source", "give a document as base64 or text")
