"""The unchanged `openai` package: answers in one piece."""

import json

import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionMessageFunctionToolCall
from openai.types.shared_params.response_format_json_schema import JSONSchema

from tests.fakes.provider import FakeProvider
from tests.service.clients.asking import HELLO, LOOK, PARIS, WEATHER, Trip
from tests.service.clients.conftest import SOUND


def test_an_answer_tells_its_usage_and_its_model(sdk: OpenAI) -> None:
    answer = sdk.chat.completions.create(model="auto", messages=HELLO)

    assert answer.choices[0].message.content == "The user said: Hello"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.total_tokens == 18
    assert answer.model in SOUND


def test_what_the_router_does_not_read_reaches_the_provider_untouched(
    sdk: OpenAI, upstream: FakeProvider
) -> None:
    sdk.chat.completions.create(
        model="sound", messages=HELLO, seed=3, stop=["END"], temperature=0.2, extra_body={"x": [1]}
    )

    body = upstream.received[0].body
    assert (body["seed"], body["stop"], body["temperature"], body["x"]) == (3, ["END"], 0.2, [1])


def test_a_tool_is_called_and_answers(sdk: OpenAI) -> None:
    asked = sdk.chat.completions.create(model="auto", messages=HELLO, tools=[WEATHER])
    (call,) = asked.choices[0].message.tool_calls or []
    answered = sdk.chat.completions.create(
        model="auto",
        messages=[
            *HELLO,
            {
                "role": "assistant",
                "tool_calls": [
                    {
                        "id": call.id,
                        "type": "function",
                        "function": {"name": "weather", "arguments": "{}"},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": call.id, "content": "sunny"},
        ],
        tools=[WEATHER],
    )

    assert isinstance(call, ChatCompletionMessageFunctionToolCall)
    assert asked.choices[0].finish_reason == "tool_calls"
    assert json.loads(call.function.arguments) == PARIS.model_dump()
    assert answered.choices[0].message.content == "The tool said: sunny"


def test_a_tool_of_pydantics_is_called_with_its_arguments_read(sdk: OpenAI) -> None:
    answer = sdk.chat.completions.parse(model="auto", messages=HELLO, tools=[WEATHER])

    (call,) = answer.choices[0].message.tool_calls or []
    assert call.function.parsed_arguments == PARIS.model_dump()


def test_a_picture_reaches_the_model(sdk: OpenAI, upstream: FakeProvider) -> None:
    answer = sdk.chat.completions.create(model="auto", messages=LOOK)

    assert answer.choices[0].message.content == "I see 1 picture."
    assert upstream.received[0].body["messages"] == LOOK


def test_an_answer_is_read_into_a_pydantic_model(sdk: OpenAI) -> None:
    answer = sdk.chat.completions.parse(model="auto", messages=HELLO, response_format=Trip)

    assert answer.choices[0].message.parsed == PARIS


def test_a_schema_and_plain_json_are_kept_to(sdk: OpenAI) -> None:
    schema: JSONSchema = {
        "name": "a",
        "schema": {"type": "object", "properties": {"ok": {"type": "boolean"}}},
    }
    by_schema = sdk.chat.completions.create(
        model="auto",
        messages=HELLO,
        response_format={"type": "json_schema", "json_schema": schema},
    )
    plain = sdk.chat.completions.create(
        model="auto", messages=HELLO, response_format={"type": "json_object"}
    )

    assert by_schema.choices[0].message.content == '{"ok": true}'
    assert json.loads(plain.choices[0].message.content or "") == {"answer": 7}


def test_several_choices_arrive_with_their_log_probabilities(sdk: OpenAI) -> None:
    answer = sdk.chat.completions.create(model="auto", messages=HELLO, n=3, logprobs=True)

    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    for choice in answer.choices:
        assert choice.logprobs is not None
        assert [token.logprob for token in choice.logprobs.content or ()] == [-0.5] * 4


@pytest.mark.anyio
async def test_the_asynchronous_client_gets_all_of_it(asynchronous: AsyncOpenAI) -> None:
    completions = asynchronous.chat.completions
    plain = await completions.create(model="auto", messages=HELLO, n=2)
    seeing = await completions.create(model="auto", messages=LOOK)
    calling = await completions.create(model="auto", messages=HELLO, tools=[WEATHER])
    parsed = await completions.parse(model="auto", messages=HELLO, response_format=Trip)

    assert len(plain.choices) == 2
    assert seeing.choices[0].message.content == "I see 1 picture."
    assert calling.choices[0].finish_reason == "tool_calls"
    assert parsed.choices[0].message.parsed == PARIS
