"""The items that a conversation of the Responses API is made of."""

from collections.abc import Iterator

from msgspec import Raw, Struct

from service.errors import BadRequest
from service.translation.transcript import Part, Transcript, file, image, text

_TEXTS = {"input_text", "output_text", "text"}
_ROLES = {"user", "assistant", "system", "developer"}


class Content(Struct, frozen=True):
    """A part of a message, of any type."""

    type: str
    text: str = ""
    refusal: str = ""
    image_url: str | None = None
    detail: str | None = None
    filename: str | None = None
    file_data: str | None = None
    input_audio: Raw = Raw(b"null")


class Item(Struct, frozen=True):
    """Any item; which fields it has depends on its type."""

    type: str = "message"
    role: str | None = None
    content: str | list[Content] | None = None
    call_id: str = ""
    name: str = ""
    arguments: str = "{}"
    output: str | list[Content] | None = None


def add_item(talk: Transcript, item: Item, place: str) -> None:
    """Add an item to a conversation; ``place`` is where in the request it stands.

    Raises:
        BadRequest: It is of a kind that chat completions do not know.
    """
    match item.type:
        case "message" if item.role in _ROLES:
            talk.say(item.role, list(_parts(item.content, f"{place}.content")))
        case "message":
            raise BadRequest(f"{place}.role", "use user, assistant, system or developer")
        case "function_call":
            talk.call(item.call_id, item.name, item.arguments)
        case "function_call_output":
            talk.result(item.call_id, _parts(item.output, f"{place}.output"))
        case "reasoning":
            pass  # what a model thought is of no use to another
        case _:
            problem = "use message, function_call or function_call_output; no other is supported"
            raise BadRequest(f"{place}.type", problem)


def _parts(content: str | list[Content] | None, place: str) -> Iterator[Part]:
    if isinstance(content, str):
        yield text(content)
    else:
        for k, part in enumerate(content or ()):
            yield _part(part, f"{place}[{k}]")


def _part(part: Content, place: str) -> Part:
    if part.type in _TEXTS:
        return text(part.text)
    if part.type == "refusal":
        return {"type": "refusal", "refusal": part.refusal}
    if part.type == "input_audio":
        return {"type": "input_audio", "input_audio": part.input_audio}
    if part.type == "input_image" and part.image_url is not None:
        return image(part.image_url, part.detail)
    if part.type == "input_file" and part.file_data is not None:
        return file(part.filename or "file", part.file_data)
    problem = "use text, an image by image_url or a file by file_data; no other is supported"
    raise BadRequest(place, problem)
