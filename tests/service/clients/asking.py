"""What the OpenAI clients' tests ask for."""

from openai.types.chat import ChatCompletionFunctionToolParam, ChatCompletionMessageParam
from pydantic import BaseModel

from tests.fakes.obliging import PICTURE

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hello"}]

LOOK: list[ChatCompletionMessageParam] = [
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "What is this?"},
            {"type": "image_url", "image_url": {"url": PICTURE}},
        ],
    }
]

WEATHER: ChatCompletionFunctionToolParam = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["city", "days"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}


class Trip(BaseModel):
    """A structured answer."""

    city: str
    days: int


PARIS = Trip(city="Paris", days=7)
