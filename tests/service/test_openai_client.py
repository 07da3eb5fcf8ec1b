"""The unchanged `openai` package sees what a router adds; `clients/` has the rest of its matrix."""

from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionUserMessageParam

from tests.fakes.live import Live

HELLO: list[ChatCompletionUserMessageParam] = [{"role": "user", "content": "Say hello."}]


@pytest.fixture
def sdk(live: Live) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{live.url}/v1", api_key="unused") as sdk:
        yield sdk


def test_a_completion_is_answered_by_the_model_the_headers_name(sdk: OpenAI) -> None:
    raw = sdk.chat.completions.with_raw_response.create(model="auto", messages=HELLO)

    answer = raw.parse()

    assert answer.model == raw.headers["x-pointsman-model"]
    assert answer.model in (answer.choices[0].message.content or "")
    assert 0 < float(raw.headers["x-pointsman-propensity"]) <= 1
    assert float(raw.headers["x-pointsman-cost-usd"]) > 0


def test_the_dial_reaches_the_router(sdk: OpenAI) -> None:
    body = {"pointsman": {"candidates": ["sim-coder"], "tags": ["test"], "session_id": "s"}}

    raw = sdk.chat.completions.with_raw_response.create(
        model="auto:default", messages=HELLO, extra_body=body
    )

    assert raw.headers["x-pointsman-model"] == "sim-coder"
    assert float(raw.headers["x-pointsman-propensity"]) == 1.0


def test_a_named_model_is_called_directly(sdk: OpenAI) -> None:
    raw = sdk.chat.completions.with_raw_response.create(model="sim-large", messages=HELLO)

    assert raw.headers["x-pointsman-model"] == "sim-large"
    assert raw.headers["x-pointsman-decision-id"].startswith("dec_")


def test_an_unknown_model_raises_the_sdks_own_error(sdk: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        sdk.chat.completions.create(model="nobody", messages=HELLO)

    assert refused.value.code == "unknown_model_asked"
    assert "sim-nano" in refused.value.message


def test_an_unusable_dial_raises_the_sdks_own_error(sdk: OpenAI) -> None:
    body = {"pointsman": {"willingness_to_pay_usd": -1}}

    with pytest.raises(openai.BadRequestError) as refused:
        sdk.chat.completions.create(model="auto", messages=HELLO, extra_body=body)

    assert "willingness_to_pay_usd" in str(refused.value)


def test_models_and_routes_are_listed(sdk: OpenAI) -> None:
    listed = {model.id for model in sdk.models.list()}

    assert {"auto", "auto:default", "sim-nano", "sim-large"} <= listed
