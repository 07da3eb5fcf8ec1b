"""Anthropic's requests as chat completions; the openai package's own types are the oracle."""

import json
from typing import Any

import pytest
from openai.types.chat import ChatCompletionFunctionToolParam, ChatCompletionMessageParam
from pydantic import TypeAdapter

from service.errors import BadRequest
from service.gateway.messages import parse
from service.translation.messages_request import read

Json = dict[str, Any]

MESSAGE: TypeAdapter[ChatCompletionMessageParam] = TypeAdapter(ChatCompletionMessageParam)
TOOL: TypeAdapter[ChatCompletionFunctionToolParam] = TypeAdapter(ChatCompletionFunctionToolParam)
TALK = [{"role": "user", "content": "Hi"}]


def chat(**fields: object) -> Json:
    """The chat completion that a request with these fields becomes; the gateway reads it too."""
    asked: Json = {"model": "auto", "max_tokens": 100, "messages": TALK} | fields
    body = read(json.dumps(asked).encode()).body
    parse(body)
    translated: Json = json.loads(body)
    for message in translated["messages"]:
        MESSAGE.validate_python(message)
    for tool in translated.get("tools", []):
        TOOL.validate_python(tool)
    return translated


def test_the_least_request_is_a_chat_of_one_message() -> None:
    assert chat() == {"model": "auto", "max_completion_tokens": 100, "messages": TALK}


@pytest.mark.parametrize("system", ["Be brief.", [{"type": "text", "text": "Be brief."}]])
def test_the_system_prompt_comes_first(system: object) -> None:
    assert chat(system=system)["messages"][0] == {"role": "system", "content": "Be brief."}


def test_pictures_and_documents_are_parts() -> None:
    blocks = [
        {"type": "text", "text": "What is it?", "cache_control": {"type": "ephemeral"}},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}},
        {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}},
        {
            "type": "document",
            "title": "a.pdf",
            "source": {"type": "base64", "media_type": "application/pdf", "data": "BB=="},
        },
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "C"}},
    ]

    (message,) = chat(messages=[{"role": "user", "content": blocks}])["messages"]

    assert message["content"] == [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
        {
            "type": "file",
            "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,BB=="},
        },
        {"type": "text", "text": "C"},
    ]


def test_calls_and_results_keep_their_ids_and_their_order() -> None:
    said = [
        {"type": "thinking", "thinking": "Hm.", "signature": "s"},
        {"type": "text", "text": "I shall look."},
        {"type": "tool_use", "id": "t1", "name": "look", "input": {"at": [1.5]}},
        {"type": "tool_use", "id": "t2", "name": "listen", "input": {}},
    ]
    picture = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
    results = [
        {"type": "tool_result", "tool_use_id": "t1", "content": [picture]},
        {"type": "tool_result", "tool_use_id": "t2", "content": "deaf", "is_error": True},
        {"type": "text", "text": "Go on."},
    ]
    talk = [*TALK, {"role": "assistant", "content": said}, {"role": "user", "content": results}]

    messages = chat(messages=talk)["messages"]

    assert [message["role"] for message in messages] == [
        "user",
        "assistant",
        "tool",
        "tool",
        "user",
        "user",
    ]
    assert messages[1]["content"] == "I shall look."
    assert [call["id"] for call in messages[1]["tool_calls"]] == ["t1", "t2"]
    assert messages[1]["tool_calls"][0]["function"] == {
        "name": "look",
        "arguments": '{"at":[1.5]}',
    }
    assert messages[2] == {"role": "tool", "tool_call_id": "t1", "content": ""}
    assert messages[3] == {"role": "tool", "tool_call_id": "t2", "content": "Error: deaf"}
    assert messages[4]["content"][0]["type"] == "image_url"
    assert messages[5]["content"] == "Go on."


def test_tools_are_functions() -> None:
    schema = {"type": "object", "properties": {"at": {"type": "string"}}}
    tool = {"name": "look", "description": "Looks.", "input_schema": schema}

    (function,) = chat(tools=[tool])["tools"]

    assert function["function"] == {"name": "look", "description": "Looks.", "parameters": schema}


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"type": "auto"}, {"tool_choice": "auto"}),
        ({"type": "any"}, {"tool_choice": "required"}),
        ({"type": "none"}, {"tool_choice": "none"}),
        (
            {"type": "tool", "name": "look"},
            {"tool_choice": {"type": "function", "function": {"name": "look"}}},
        ),
        (
            {"type": "auto", "disable_parallel_tool_use": True},
            {"tool_choice": "auto", "parallel_tool_calls": False},
        ),
    ],
)
def test_the_choice_of_a_tool_is_told_in_openais_words(choice: Json, told: Json) -> None:
    assert told.items() <= chat(tool_choice=choice).items()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"stop_sequences": ["END"]}, {"stop": ["END"]}),
        ({"temperature": 0.5, "top_p": 0.9, "top_k": 4}, {"temperature": 0.5, "top_k": 4}),
        ({"metadata": {"user_id": "u-1"}}, {"user": "u-1"}),
        ({"service_tier": "standard_only"}, {"service_tier": "default"}),
        ({"thinking": {"type": "enabled", "budget_tokens": 2000}}, {"reasoning_effort": "low"}),
        ({"thinking": {"type": "enabled", "budget_tokens": 8000}}, {"reasoning_effort": "medium"}),
        ({"thinking": {"type": "enabled", "budget_tokens": 32000}}, {"reasoning_effort": "high"}),
        ({"output_config": {"effort": "xhigh"}}, {"reasoning_effort": "xhigh"}),
        ({"stream": True}, {"stream": True, "stream_options": {"include_usage": True}}),
        ({"pointsman": {"tags": ["a"]}}, {"pointsman": {"tags": ["a"]}}),
    ],
)
def test_what_has_a_counterpart_is_told_and_what_is_unknown_passes(
    fields: Json, told: Json
) -> None:
    assert told.items() <= chat(**fields).items()


@pytest.mark.parametrize("thinking", [{"type": "adaptive"}, {"type": "disabled"}])
def test_thinking_without_a_budget_asks_for_no_effort(thinking: Json) -> None:
    assert "reasoning_effort" not in chat(thinking=thinking)


def test_a_schema_is_a_strict_format() -> None:
    schema = {"type": "object", "properties": {}}

    translated = chat(output_config={"format": {"type": "json_schema", "schema": schema}})

    told = translated["response_format"]["json_schema"]
    assert (told["schema"], told["strict"]) == (schema, True)


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"max_tokens": None}, "max_tokens"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "SECRET", "content": "SECRET"}]}, "messages[0].role"),
        (
            {"messages": [{"role": "user", "content": [{"type": "SECRET"}]}]},
            "messages[0].content[0].type",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "image", "source": None}]}]},
            "messages[0].content[0].source",
        ),
        (
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [{"type": "document", "source": {"type": "url", "url": "x"}}],
                    }
                ]
            },
            "messages[0].content[0].source",
        ),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools[0].type"),
        ({"tool_choice": {"type": "tool"}}, "tool_choice"),
        ({"mcp_servers": [{}]}, "mcp_servers"),
        ({"container": "c"}, "container"),
        ({"service_tier": "SECRET"}, "service_tier"),
        ({"output_config": {"format": {"type": "SECRET"}}}, "output_config.format.type"),
    ],
)
def test_what_has_no_counterpart_is_refused_by_its_place(fields: Json, param: str) -> None:
    with pytest.raises(BadRequest) as refused:
        chat(**fields)

    assert refused.value.param == param
    assert "SECRET" not in str(refused.value)
