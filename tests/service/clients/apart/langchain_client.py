"""LangChain's ``ChatOpenAI`` against the running service at ``POINTSMAN_BASE_URL``."""

import os

import openai
import pytest
from langchain_core.messages import AIMessageChunk, HumanMessage, ToolMessage
from langchain_core.tools import StructuredTool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

BASE_URL = os.environ["POINTSMAN_BASE_URL"]
PICTURE = "data:image/png;base64,iVBORw0KGgo="


class Trip(BaseModel):
    """A structured answer."""

    city: str
    days: int


def tell(city: str, days: int) -> str:
    """Tell the weather in a city."""
    return f"sunny in {city} for {days} days"


WEATHER = StructuredTool.from_function(tell, name="weather")


def chat(model: str = "auto") -> ChatOpenAI:
    return ChatOpenAI(model=model, base_url=BASE_URL, api_key="unused", stream_usage=True)


def test_an_answer_tells_its_usage() -> None:
    answer = chat().invoke("Hello")

    assert answer.content == "The user said: Hello"
    assert answer.usage_metadata["total_tokens"] == 18
    assert answer.response_metadata["model_name"] in {"sound", "sound-too"}


def test_a_stream_adds_up_to_the_answer_and_its_usage() -> None:
    chunks = list(chat().stream("Hello"))

    whole = sum(chunks[1:], chunks[0])
    assert len(chunks) > 3
    assert whole.content == "The user said: Hello"
    assert whole.usage_metadata["output_tokens"] == 7


def test_a_bound_tool_is_called_and_its_answer_comes_back() -> None:
    bound = chat().bind_tools([WEATHER])
    asked = HumanMessage("Hello")
    called = bound.invoke([asked])
    (call,) = called.tool_calls
    told = WEATHER.invoke(call)
    answer = bound.invoke([asked, called, told])

    assert call["args"] == {"city": "Paris", "days": 7}
    assert isinstance(told, ToolMessage)
    assert answer.content == "The tool said: sunny in Paris for 7 days"


def test_a_tool_call_is_streamed() -> None:
    chunks = list(chat().bind_tools([WEATHER]).stream("Hello"))

    whole = sum(chunks[1:], chunks[0])
    assert isinstance(whole, AIMessageChunk)
    assert whole.tool_calls[0]["args"] == {"city": "Paris", "days": 7}


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_an_answer_is_structured(method: str) -> None:
    structured = chat().with_structured_output(Trip, method=method)

    assert structured.invoke("Hello") == Trip(city="Paris", days=7)


def test_a_picture_reaches_the_model() -> None:
    text = {"type": "text", "text": "What is this?"}
    picture = {"type": "image_url", "image_url": {"url": PICTURE}}

    answer = chat().invoke([HumanMessage([text, picture])])

    assert answer.content == "I see 1 picture."


def test_a_rejection_raises_after_one_call() -> None:
    with pytest.raises(openai.RateLimitError, match="call 1 of status-429"):
        chat("status-429").invoke("asked by LangChain")


def test_a_failure_raises() -> None:
    with pytest.raises(openai.InternalServerError, match="the provider of"):
        chat("status-500").invoke("Hello")


def test_a_stream_that_breaks_raises() -> None:
    with pytest.raises(openai.APIError):
        list(chat("cut").stream("Hello"))
