"""A request of OpenAI's Responses API, told as a chat completion."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
from msgspec import Raw, Struct

from service.errors import BadRequest
from service.gateway.decoding import decoded, fields_of
from service.gateway.dial import Name
from service.gateway.messages import Tokens
from service.translation.fields import body_of, check_absent, rest_of
from service.translation.responses_items import Item, add_item
from service.translation.transcript import Transcript, text

_UNSUPPORTED = (
    "background",
    "conversation",
    "max_tool_calls",
    "moderation",
    "previous_response_id",
    "prompt",
    "store",
    "top_logprobs",
)
_LEFT_OUT = (
    "access_programs",
    "background_options",
    "context_management",
    "image",
    "metadata",
    "stream_options",
)
_INCLUDED = {"reasoning.encrypted_content"}
"""What may be asked to be included without being there."""


class _Tool(Struct, frozen=True):
    type: str
    name: str | None = None
    description: str | None = None
    parameters: Raw = Raw(b"null")
    strict: bool | None = None


class _NamedTool(Struct, frozen=True):
    type: str
    name: str | None = None


class _Format(Struct, frozen=True):
    type: str
    name: str = "answer"
    schema: Raw = Raw(b"{}")
    description: str | None = None
    strict: bool | None = None


class _Text(Struct, frozen=True):
    format: _Format | None = None
    verbosity: str | None = None


class _Reasoning(Struct, frozen=True):
    effort: str | None = None


class _Body(Struct, frozen=True):
    model: Name
    input: str | list[Item]
    instructions: str | None = None
    max_output_tokens: Tokens | None = None
    tools: list[_Tool] | None = None
    tool_choice: str | _NamedTool | None = None
    text: _Text | None = None
    reasoning: _Reasoning | None = None
    include: list[str] | None = None
    truncation: str | None = None
    stream: bool | None = None


_BODY = msgspec.json.Decoder(_Body)
_KNOWN = {*_Body.__struct_fields__, *_UNSUPPORTED, *_LEFT_OUT}


@dataclass(frozen=True, slots=True)
class ResponsesRequest:
    """What a client of the Responses API asks for."""

    body: bytes = field(repr=False)
    """The same, as the body of a chat completion."""

    fields: Mapping[str, Raw] = field(repr=False)
    """Every field as it came; an answer repeats some of them."""


def read(body: bytes) -> ResponsesRequest:
    """Read the body of ``POST /v1/responses``.

    Raises:
        BadRequest: It is no such request, or asks for what chat completions cannot do.
    """
    fields = fields_of(body)
    asked = decoded(None, lambda: _BODY.decode(body))
    _check(fields, asked)
    shape = asked.text or _Text()
    chat = rest_of(fields, _KNOWN) | {
        "model": asked.model,
        "messages": _messages(asked),
        "max_completion_tokens": asked.max_output_tokens,
        "tools": _tools(asked.tools),
        "tool_choice": _tool_choice(asked.tool_choice),
        "response_format": _format(shape.format),
        "verbosity": shape.verbosity,
        "reasoning_effort": asked.reasoning.effort if asked.reasoning else None,
        "stream": True if asked.stream else None,
        "stream_options": {"include_usage": True} if asked.stream else None,
    }
    return ResponsesRequest(body_of(chat), fields)


def _check(fields: Mapping[str, Raw], asked: _Body) -> None:
    check_absent(fields, _UNSUPPORTED)
    if asked.truncation not in {None, "disabled"}:
        raise BadRequest("truncation", "use disabled: nothing is cut here")
    if set(asked.include or ()) - _INCLUDED:
        raise BadRequest("include", "nothing more can be included here; leave it out")


def _messages(asked: _Body) -> list[dict[str, object]]:
    talk = Transcript()
    if asked.instructions is not None:
        talk.say("system", [text(asked.instructions)])
    if isinstance(asked.input, str):
        talk.say("user", [text(asked.input)])
    else:
        for k, item in enumerate(asked.input):
            add_item(talk, item, f"input[{k}]")
    messages = talk.messages()
    if not messages:
        raise BadRequest("input", "there is no message in it")
    return messages


def _tools(tools: list[_Tool] | None) -> list[object] | None:
    for k, tool in enumerate(tools or ()):
        if tool.type != "function":
            problem = "only functions are supported, and none of the built-in tools"
            raise BadRequest(f"tools[{k}].type", problem)
    return [_function(tool) for tool in tools] if tools else None


def _function(tool: _Tool) -> dict[str, object]:
    told = {
        "name": tool.name,
        "description": tool.description,
        "parameters": None if bytes(tool.parameters) == b"null" else tool.parameters,
        "strict": tool.strict,
    }
    function = {name: value for name, value in told.items() if value is not None}
    return {"type": "function", "function": function}


def _tool_choice(choice: str | _NamedTool | None) -> object:
    if not isinstance(choice, _NamedTool):
        return choice
    if choice.type != "function" or choice.name is None:
        raise BadRequest("tool_choice", "use auto, required, none, or a function by its name")
    return {"type": "function", "function": {"name": choice.name}}


def _format(asked: _Format | None) -> dict[str, object] | None:
    if asked is None or asked.type == "text":
        return None
    if asked.type != "json_schema":
        return {"type": asked.type}
    told = {
        "name": asked.name,
        "schema": asked.schema,
        "description": asked.description,
        "strict": asked.strict,
    }
    schema = {name: value for name, value in told.items() if value is not None}
    return {"type": "json_schema", "json_schema": schema}
