"""LiteLLM's SDK as a client of the running service at ``POINTSMAN_BASE_URL``."""

import asyncio
import os
from typing import Any

import litellm
import pytest
from pydantic import BaseModel

Messages = list[dict[str, Any]]

BASE_URL = os.environ["POINTSMAN_BASE_URL"]
PICTURE = "data:image/png;base64,iVBORw0KGgo="
HELLO: Messages = [{"role": "user", "content": "Hello"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        },
    },
}


class Trip(BaseModel):
    """A structured answer."""

    city: str
    days: int


PARIS = Trip(city="Paris", days=7)


def complete(model: str = "auto", messages: Messages = HELLO, **more: object) -> Any:  # noqa: ANN401
    return litellm.completion(
        model=f"openai/{model}", messages=messages, api_base=BASE_URL, api_key="unused", **more
    )


def test_an_answer_tells_its_usage() -> None:
    answer = complete()

    assert answer.choices[0].message.content == "The user said: Hello"
    assert answer.usage.total_tokens == 18


def test_a_stream_arrives_in_pieces_with_its_usage() -> None:
    chunks = list(complete(stream=True, stream_options={"include_usage": True}))

    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(pieces) == "The user said: Hello"
    assert chunks[-1].usage.completion_tokens == 7


def test_a_tool_is_called() -> None:
    (call,) = complete(tools=[WEATHER]).choices[0].message.tool_calls

    assert call.function.name == "weather"
    assert Trip.model_validate_json(call.function.arguments) == PARIS


def test_a_tool_call_is_streamed() -> None:
    chunks = list(complete(tools=[WEATHER], stream=True))

    (call,) = litellm.stream_chunk_builder(chunks).choices[0].message.tool_calls
    assert Trip.model_validate_json(call.function.arguments) == PARIS


def test_an_answer_is_structured() -> None:
    answer = complete(response_format=Trip)

    assert Trip.model_validate_json(answer.choices[0].message.content) == PARIS


def test_a_picture_reaches_the_model() -> None:
    text = {"type": "text", "text": "What is this?"}
    picture = {"type": "image_url", "image_url": {"url": PICTURE}}

    answer = complete(messages=[{"role": "user", "content": [text, picture]}])

    assert answer.choices[0].message.content == "I see 1 picture."


def test_a_rejection_raises_after_one_call() -> None:
    with pytest.raises(litellm.RateLimitError, match="call 1 of status-429"):
        complete("status-429", [{"role": "user", "content": "asked by LiteLLM"}])


def test_a_failure_raises() -> None:
    with pytest.raises(litellm.exceptions.BadGatewayError, match="the provider of"):
        complete("status-500")


def test_an_impatient_client_raises_its_own_timeout() -> None:
    with pytest.raises(litellm.Timeout):
        complete("slow", timeout=0.2, max_retries=0)


@pytest.mark.parametrize("model", ["cut", "dropped"])
def test_a_stream_that_breaks_raises(model: str) -> None:
    with pytest.raises(litellm.exceptions.MidStreamFallbackError, match="the provider"):
        list(complete(model, stream=True))


def test_the_asynchronous_call_completes_and_streams() -> None:
    async def calls() -> tuple[str, list[object]]:
        given = {"model": "openai/auto", "api_base": BASE_URL, "api_key": "unused"}
        whole = await litellm.acompletion(messages=HELLO, **given)
        stream = await litellm.acompletion(messages=HELLO, stream=True, **given)
        return whole.choices[0].message.content, [chunk async for chunk in stream]

    text, chunks = asyncio.run(calls())

    assert text == "The user said: Hello"
    assert len(chunks) > 3
