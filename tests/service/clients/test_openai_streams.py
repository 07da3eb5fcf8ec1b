"""The unchanged `openai` package: answers that arrive in pieces."""

import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionChunk

from tests.service.clients.asking import HELLO, LOOK, PARIS, WEATHER, Trip


def test_a_stream_has_no_usage_that_nobody_asked_for(sdk: OpenAI) -> None:
    chunks = list(sdk.chat.completions.create(model="auto", messages=HELLO, stream=True))

    assert said(chunks) == "The user said: Hello"
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert all(chunk.usage is None for chunk in chunks)


def test_a_stream_ends_with_the_usage_that_was_asked_for(sdk: OpenAI) -> None:
    chunks = list(
        sdk.chat.completions.create(
            model="auto", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
    )

    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 7


def test_a_tool_call_arrives_in_pieces(sdk: OpenAI) -> None:
    stream = sdk.chat.completions.create(model="auto", messages=HELLO, tools=[WEATHER], stream=True)

    deltas = [call for chunk in stream for call in chunk.choices[0].delta.tool_calls or ()]
    functions = [delta.function for delta in deltas if delta.function is not None]
    assert len(functions) == 3
    assert functions[0].name == "weather"
    arguments = "".join(function.arguments or "" for function in functions)
    assert Trip.model_validate_json(arguments) == PARIS


def test_the_sdk_puts_a_tool_call_together(sdk: OpenAI) -> None:
    with sdk.chat.completions.stream(model="auto", messages=HELLO, tools=[WEATHER]) as stream:
        answer = stream.get_final_completion()

    (call,) = answer.choices[0].message.tool_calls or []
    assert call.function.parsed_arguments == PARIS.model_dump()


def test_the_sdk_puts_a_structured_answer_together(sdk: OpenAI) -> None:
    with sdk.chat.completions.stream(model="auto", messages=HELLO, response_format=Trip) as stream:
        answer = stream.get_final_completion()

    assert answer.choices[0].message.parsed == PARIS


def test_several_choices_arrive_in_one_stream_with_their_log_probabilities(sdk: OpenAI) -> None:
    stream = sdk.chat.completions.create(
        model="auto", messages=LOOK, n=2, logprobs=True, stream=True
    )

    choices = [choice for chunk in stream for choice in chunk.choices]
    assert {choice.index for choice in choices} == {0, 1}
    assert sum(choice.logprobs is not None for choice in choices) == 2


@pytest.mark.parametrize("model", ["cut", "dropped"])
def test_a_stream_that_breaks_raises_after_what_was_said(sdk: OpenAI, model: str) -> None:
    heard: list[ChatCompletionChunk] = []

    with pytest.raises(openai.APIError):
        heard.extend(sdk.chat.completions.create(model=model, messages=HELLO, stream=True))

    assert all(chunk.choices[0].finish_reason is None for chunk in heard)


def test_a_broken_stream_is_no_final_completion(sdk: OpenAI) -> None:
    with (
        pytest.raises(openai.APIError),
        sdk.chat.completions.stream(model="cut", messages=HELLO) as stream,
    ):
        stream.get_final_completion()


@pytest.mark.anyio
async def test_the_asynchronous_client_streams_text_tools_and_breaks(
    asynchronous: AsyncOpenAI,
) -> None:
    create = asynchronous.chat.completions.create
    plain = await create(model="auto", messages=HELLO, stream=True)
    calling = await create(model="auto", messages=HELLO, tools=[WEATHER], stream=True)
    cut = await create(model="cut", messages=HELLO, stream=True)

    assert said([chunk async for chunk in plain]) == "The user said: Hello"
    assert [chunk async for chunk in calling][-1].choices[0].finish_reason == "tool_calls"
    with pytest.raises(openai.APIError):
        [chunk async for chunk in cut]


def said(chunks: list[ChatCompletionChunk]) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
