"""A request of Anthropic's Messages API, told as a chat completion."""

from dataclasses import dataclass, field
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from service.errors import BadRequest
from service.gateway.decoding import decoded, fields_of
from service.gateway.dial import Name
from service.translation.fields import body_of, check_absent, rest_of
from service.translation.messages_blocks import Block, add_turn, parts_of
from service.translation.transcript import Transcript

_EFFORTS = ((4096, "low"), (16384, "medium"))
"""The effort that stands for a budget of thinking of fewer tokens; above, it is high."""

_UNSUPPORTED = (
    "container",
    "inference_geo",
    "mcp_servers",
    "speed",
    "user_profile_id",
    "workspace_id",
)
_ROLES = {"user", "assistant", "system"}
_LEFT_OUT = ("cache_control", "context_management", "diagnostics")
_SERVICE_TIERS = {"auto": "auto", "standard_only": "default"}


class _Message(Struct, frozen=True):
    role: str
    content: str | list[Block]


class _Tool(Struct, frozen=True):
    name: str
    type: str | None = None
    description: str | None = None
    input_schema: Raw = Raw(b"{}")
    strict: bool | None = None


class _ToolChoice(Struct, frozen=True):
    type: str
    name: str | None = None
    disable_parallel_tool_use: bool | None = None


class _Thinking(Struct, frozen=True):
    type: str
    budget_tokens: int | None = None

    def effort(self) -> str | None:
        """How hard to think, in OpenAI's word."""
        if self.type != "enabled":
            return None
        budget = self.budget_tokens or 0
        return next((effort for most, effort in _EFFORTS if budget < most), "high")


class _Format(Struct, frozen=True):
    type: str
    schema: Raw = Raw(b"{}")


class _Output(Struct, frozen=True):
    effort: str | None = None
    format: _Format | None = None


class _Metadata(Struct, frozen=True):
    user_id: str | None = None


class _Body(Struct, frozen=True):
    model: Name
    max_tokens: Annotated[int, Meta(ge=1, le=2**53)]
    messages: Annotated[list[_Message], Meta(min_length=1)]
    system: str | list[Block] | None = None
    tools: list[_Tool] | None = None
    tool_choice: _ToolChoice | None = None
    stop_sequences: list[str] | None = None
    thinking: _Thinking | None = None
    output_config: _Output | None = None
    metadata: _Metadata | None = None
    service_tier: str | None = None
    stream: bool | None = None


_BODY = msgspec.json.Decoder(_Body)
_KNOWN = {*_Body.__struct_fields__, *_UNSUPPORTED, *_LEFT_OUT}


@dataclass(frozen=True, slots=True)
class MessagesRequest:
    """What a client of Anthropic's asks for."""

    body: bytes = field(repr=False)
    """The same, as the body of a chat completion."""

    tells_thinking: bool
    """Whether the client asked to be told what the model thinks."""


def read(body: bytes) -> MessagesRequest:
    """Read the body of ``POST /v1/messages``.

    Raises:
        BadRequest: It is no such request, or asks for what chat completions cannot do.
    """
    fields = fields_of(body)
    asked = decoded(None, lambda: _BODY.decode(body))
    check_absent(fields, _UNSUPPORTED)
    chat = rest_of(fields, _KNOWN) | {
        "model": asked.model,
        "messages": _messages(asked),
        "max_completion_tokens": asked.max_tokens,
        "stop": asked.stop_sequences,
        "tools": _tools(asked.tools),
        "reasoning_effort": _effort(asked),
        "response_format": _format(asked.output_config),
        "user": asked.metadata.user_id if asked.metadata else None,
        "service_tier": _service_tier(asked.service_tier),
        "stream": True if asked.stream else None,
        "stream_options": {"include_usage": True} if asked.stream else None,
    }
    thinks = asked.thinking is not None and asked.thinking.type != "disabled"
    return MessagesRequest(body_of(chat | _tool_choice(asked.tool_choice)), thinks)


def _messages(asked: _Body) -> list[dict[str, object]]:
    talk = Transcript()
    if asked.system is not None:
        talk.say("system", parts_of(asked.system, "system"))
    for k, message in enumerate(asked.messages):
        if message.role not in _ROLES:
            raise BadRequest(f"messages[{k}].role", "use user, assistant or system")
        add_turn(talk, message.role, message.content, f"messages[{k}].content")
    return talk.messages()


def _tools(tools: list[_Tool] | None) -> list[object] | None:
    for k, tool in enumerate(tools or ()):
        if tool.type not in {None, "custom"}:
            raise BadRequest(
                f"tools[{k}].type", "only tools that the client runs itself are supported"
            )
    return [_function(tool) for tool in tools] if tools else None


def _function(tool: _Tool) -> dict[str, object]:
    told = {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.input_schema,
        "strict": tool.strict,
    }
    function = {name: value for name, value in told.items() if value is not None}
    return {"type": "function", "function": function}


def _tool_choice(choice: _ToolChoice | None) -> dict[str, object]:
    if choice is None:
        return {}
    named = {"type": "function", "function": {"name": choice.name}}
    words: dict[str, object] = {
        "auto": "auto",
        "any": "required",
        "none": "none",
        "tool": named,
    }
    if choice.type not in words or (choice.type == "tool" and choice.name is None):
        raise BadRequest("tool_choice", "use auto, any, none, or tool with a name")
    serial = {"parallel_tool_calls": False} if choice.disable_parallel_tool_use else {}
    return {"tool_choice": words[choice.type], **serial}


def _effort(asked: _Body) -> str | None:
    if asked.output_config is not None and asked.output_config.effort is not None:
        return asked.output_config.effort
    return asked.thinking.effort() if asked.thinking is not None else None


def _format(output: _Output | None) -> dict[str, object] | None:
    if output is None or output.format is None:
        return None
    if output.format.type != "json_schema":
        raise BadRequest("output_config.format.type", "use json_schema")
    schema = {"name": "answer", "schema": output.format.schema, "strict": True}
    return {"type": "json_schema", "json_schema": schema}


def _service_tier(asked: str | None) -> str | None:
    if asked is not None and asked not in _SERVICE_TIERS:
        raise BadRequest("service_tier", "use auto or standard_only")
    return None if asked is None else _SERVICE_TIERS[asked]
