"""`POST /v1/responses`, with the unchanged `openai` package."""

import httpx
import pytest
from openai import APIError, BadRequestError, NotFoundError, OpenAI, RateLimitError
from openai.types.responses import FunctionToolParam, ResponseInputParam
from pydantic import BaseModel

from tests.fakes.obliging import PICTURE
from tests.fakes.provider import FakeProvider

WEATHER: FunctionToolParam = {
    "type": "function",
    "name": "weather",
    "description": "The weather in a city.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city", "days"],
        "additionalProperties": False,
    },
    "strict": True,
}


class Trip(BaseModel):
    """A structured answer."""

    city: str
    days: int


def test_a_text_is_answered_by_the_model_the_headers_name(
    openai: OpenAI, http: httpx.Client
) -> None:
    raw = openai.responses.with_raw_response.create(
        model="auto", input="Hello", instructions="Be brief.", max_output_tokens=50
    )

    response = raw.parse()
    assert response.output_text == "The user said: Hello"
    assert response.model == raw.headers["x-pointsman-model"]
    assert response.usage is not None
    assert response.usage.total_tokens == 18
    decision_id = raw.headers["x-pointsman-decision-id"]
    assert response.id == decision_id.replace("dec_", "resp_")
    outcome = http.get(f"/v1/decisions/{decision_id}").json()["outcomes"][-1]
    assert outcome["cost_usd"] == pytest.approx(25e-6)


def test_the_dial_turns_in_the_body_and_in_headers(openai: OpenAI) -> None:
    body = openai.responses.with_raw_response.create(
        model="auto:all", input="Hi", extra_body={"pointsman": {"candidates": ["sound-too"]}}
    )
    header = openai.responses.with_raw_response.create(
        model="auto", input="Hi", extra_headers={"x-pointsman-candidates": "sound"}
    )

    assert body.headers["x-pointsman-model"] == "sound-too"
    assert header.headers["x-pointsman-model"] == "sound"


def test_a_stream_arrives_event_by_event(openai: OpenAI) -> None:
    stream = openai.responses.create(model="auto", input="Hello", stream=True)

    events = list(stream)

    assert events[0].type == "response.created"
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert len(deltas) > 3
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == "".join(deltas) == "The user said: Hello"
    assert events[-1].response.usage is not None


def test_the_sdks_own_reader_puts_a_stream_together(openai: OpenAI) -> None:
    with openai.responses.stream(model="auto", input="Go.", text_format=Trip) as stream:
        for _ in stream:
            pass
        response = stream.get_final_response()

    assert response.output_parsed == Trip(city="Paris", days=7)


def test_a_schema_is_kept_to(openai: OpenAI, upstream: FakeProvider) -> None:
    response = openai.responses.parse(model="auto", input="Where to?", text_format=Trip)

    assert response.output_parsed == Trip(city="Paris", days=7)
    assert upstream.received[0].body["response_format"]["json_schema"]["strict"] is True


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_tool_is_called_and_its_answer_taken(
    openai: OpenAI,
    is_streamed: bool,  # noqa: FBT001
) -> None:
    talk: ResponseInputParam = [{"role": "user", "content": "Weather?"}]
    with openai.responses.stream(model="auto", input=talk, tools=[WEATHER]) as stream:
        streamed = stream.get_final_response()
    whole = openai.responses.create(model="auto", input=talk, tools=[WEATHER])
    response = streamed if is_streamed else whole

    (call,) = [item for item in response.output if item.type == "function_call"]
    assert Trip.model_validate_json(call.arguments) == Trip(city="Paris", days=7)

    talk += [
        {
            "type": "function_call",
            "call_id": call.call_id,
            "name": call.name,
            "arguments": call.arguments,
        },
        {"type": "function_call_output", "call_id": call.call_id, "output": "sun"},
    ]
    answer = openai.responses.create(model="auto", input=talk, tools=[WEATHER])
    assert answer.output_text == "The tool said: sun"


def test_a_picture_is_seen(openai: OpenAI) -> None:
    response = openai.responses.create(
        model="auto",
        input=[
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "What is it?"},
                    {"type": "input_image", "image_url": PICTURE, "detail": "auto"},
                ],
            }
        ],
    )

    assert response.output_text == "I see 1 picture."


def test_what_is_not_supported_is_named(openai: OpenAI) -> None:
    with pytest.raises(BadRequestError, match="store") as stored:
        openai.responses.create(model="auto", input="Hi", store=True)
    with pytest.raises(BadRequestError, match="built-in tools"):
        openai.responses.create(model="auto", input="Hi", tools=[{"type": "web_search"}])

    assert (stored.value.param, stored.value.code) == ("store", "bad_request")


def test_errors_are_the_sdks_own(openai: OpenAI) -> None:
    with pytest.raises(NotFoundError, match="sound"):
        openai.responses.create(model="nobody", input="Hi")
    with pytest.raises(RateLimitError):
        openai.responses.create(model="status-429", input="Hi")


def test_a_stream_that_is_cut_raises(openai: OpenAI) -> None:
    stream = openai.responses.create(model="cut", input="Hi", stream=True)

    with pytest.raises(APIError, match="before the answer was complete"):
        list(stream)
