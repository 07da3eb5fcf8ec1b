"""Requests of the Responses API as chat completions; the openai package's types are the oracle."""

import json
from typing import Any

import pytest
from openai.types.chat import ChatCompletionFunctionToolParam, ChatCompletionMessageParam
from pydantic import TypeAdapter

from service.errors import BadRequest
from service.gateway.messages import parse
from service.translation.responses_request import read

Json = dict[str, Any]

MESSAGE: TypeAdapter[ChatCompletionMessageParam] = TypeAdapter(ChatCompletionMessageParam)
TOOL: TypeAdapter[ChatCompletionFunctionToolParam] = TypeAdapter(ChatCompletionFunctionToolParam)
SCHEMA = {"type": "object", "properties": {"at": {"type": "string"}}}


def chat(**fields: object) -> Json:
    """The chat completion that a request with these fields becomes; the gateway reads it too."""
    body = read(json.dumps({"model": "auto", "input": "Hi"} | fields).encode()).body
    parse(body)
    translated: Json = json.loads(body)
    for message in translated["messages"]:
        MESSAGE.validate_python(message)
    for tool in translated.get("tools", []):
        TOOL.validate_python(tool)
    return translated


def test_a_text_is_a_chat_of_one_message() -> None:
    assert chat() == {"model": "auto", "messages": [{"role": "user", "content": "Hi"}]}


def test_instructions_come_first() -> None:
    messages = chat(instructions="Be brief.")["messages"]

    assert messages[0] == {"role": "system", "content": "Be brief."}


def test_items_are_messages_with_their_parts() -> None:
    items = [
        {"role": "developer", "content": "Be brief."},
        {
            "type": "message",
            "role": "user",
            "content": [
                {"type": "input_text", "text": "What is it?"},
                {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "low"},
                {"type": "input_file", "filename": "a.pdf", "file_data": "data:a"},
                {"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}},
            ],
        },
        {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": "A cat.", "annotations": []}],
        },
    ]

    messages = chat(input=items)["messages"]

    assert [message["role"] for message in messages] == ["developer", "user", "assistant"]
    assert messages[1]["content"] == [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}},
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:a"}},
        {"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}},
    ]
    assert messages[2]["content"] == "A cat."


def test_calls_of_one_turn_are_one_message_and_results_follow() -> None:
    items = [
        {"role": "user", "content": "Look."},
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"type": "function_call", "call_id": "c1", "name": "look", "arguments": '{"at": 1.50}'},
        {"type": "function_call", "call_id": "c2", "name": "listen", "arguments": "{}"},
        {"role": "assistant", "content": "I look."},
        {"type": "function_call_output", "call_id": "c1", "output": "a cat"},
        {
            "type": "function_call_output",
            "call_id": "c2",
            "output": [{"type": "input_text", "text": "purring"}],
        },
    ]

    messages = chat(input=items)["messages"]

    assert [message["role"] for message in messages] == ["user", "assistant", "tool", "tool"]
    assert messages[1]["content"] == "I look."
    assert messages[1]["tool_calls"][0]["function"]["arguments"] == '{"at": 1.50}'
    assert [message["content"] for message in messages[2:]] == ["a cat", "purring"]
    assert [message["tool_call_id"] for message in messages[2:]] == ["c1", "c2"]


def test_functions_are_functions() -> None:
    tool = {"type": "function", "name": "look", "parameters": SCHEMA, "strict": True}

    translated = chat(tools=[tool], tool_choice={"type": "function", "name": "look"})

    function = {"name": "look", "parameters": SCHEMA, "strict": True}
    assert translated["tools"] == [{"type": "function", "function": function}]
    assert translated["tool_choice"] == {"type": "function", "function": {"name": "look"}}


def test_a_format_is_a_response_format() -> None:
    form = {"type": "json_schema", "name": "place", "schema": SCHEMA, "strict": True}

    told = chat(text={"format": form, "verbosity": "low"})

    schema = {"name": "place", "schema": SCHEMA, "strict": True}
    assert told["response_format"] == {"type": "json_schema", "json_schema": schema}
    assert told["verbosity"] == "low"
    assert chat(text={"format": {"type": "json_object"}})["response_format"] == {
        "type": "json_object"
    }
    assert "response_format" not in chat(text={"format": {"type": "text"}})


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"max_output_tokens": 50}, {"max_completion_tokens": 50}),
        ({"reasoning": {"effort": "high", "summary": "auto"}}, {"reasoning_effort": "high"}),
        ({"temperature": 0.5, "top_p": 0.9}, {"temperature": 0.5, "top_p": 0.9}),
        ({"tool_choice": "required"}, {"tool_choice": "required"}),
        ({"parallel_tool_calls": False, "user": "u"}, {"parallel_tool_calls": False, "user": "u"}),
        ({"service_tier": "flex", "x_vendor": 1}, {"service_tier": "flex", "x_vendor": 1}),
        ({"stream": True}, {"stream": True, "stream_options": {"include_usage": True}}),
        ({"pointsman": {"tags": ["a"]}}, {"pointsman": {"tags": ["a"]}}),
    ],
)
def test_what_has_a_counterpart_is_told_and_what_is_unknown_passes(
    fields: Json, told: Json
) -> None:
    assert told.items() <= chat(**fields).items()


def test_what_says_nothing_is_left_out() -> None:
    fields = {
        "store": False,
        "background": False,
        "previous_response_id": None,
        "metadata": {"a": "b"},
        "truncation": "disabled",
        "include": ["reasoning.encrypted_content"],
        "stream_options": {"include_obfuscation": False},
    }

    assert chat(**fields) == chat()


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"input": None}, "input"),
        ({"input": []}, "input"),
        ({"max_output_tokens": -1}, "max_output_tokens"),
        ({"input": [{"role": "SECRET", "content": "SECRET"}]}, "input[0].role"),
        ({"input": [{"type": "item_reference", "id": "SECRET"}]}, "input[0].type"),
        ({"input": [{"role": "user", "content": [{"type": "SECRET"}]}]}, "input[0].content[0]"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image", "file_id": "f"}]}]},
            "input[0].content[0]",
        ),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type"),
        ({"tool_choice": {"type": "file_search"}}, "tool_choice"),
        ({"store": True}, "store"),
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"conversation": "conv_1"}, "conversation"),
        ({"background": True}, "background"),
        ({"truncation": "auto"}, "truncation"),
        ({"include": ["message.output_text.logprobs"]}, "include"),
    ],
)
def test_what_has_no_counterpart_is_refused_by_its_place(fields: Json, param: str) -> None:
    with pytest.raises(BadRequest) as refused:
        chat(**fields)

    assert refused.value.param == param
    assert "SECRET" not in str(refused.value)
