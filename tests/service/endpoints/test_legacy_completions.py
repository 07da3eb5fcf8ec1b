"""`POST /v1/completions`, with the unchanged `openai` package."""

import httpx
import pytest
from openai import BadRequestError, OpenAI

from tests.fakes.provider import FakeProvider


def test_a_prompt_is_completed_by_the_model_that_is_named(
    openai: OpenAI, upstream: FakeProvider
) -> None:
    raw = openai.completions.with_raw_response.create(
        model="sound", prompt="Tell a tale.", max_tokens=5, suffix="The end.", echo=True
    )

    assert raw.parse().choices[0].text == "Once upon"
    assert raw.headers["x-pointsman-model"] == "sound"
    assert float(raw.headers["x-pointsman-cost-usd"]) == pytest.approx(7e-6)
    assert upstream.received[0].path == "/v1/completions"
    assert upstream.received[0].body["suffix"] == "The end."


def test_a_text_is_routed_by_what_it_says(openai: OpenAI, http: httpx.Client) -> None:
    raw = openai.completions.with_raw_response.create(model="auto", prompt="Tell a tale.")

    decision = http.get(f"/v1/decisions/{raw.headers['x-pointsman-decision-id']}").json()
    assert decision["decision"]["policy"] == "thompson"
    assert decision["outcomes"][-1]["tokens_out"] == 2


def test_it_is_streamed(openai: OpenAI) -> None:
    chunks = list(openai.completions.create(model="auto", prompt="Tell a tale.", stream=True))

    assert "".join(chunk.choices[0].text for chunk in chunks) == "Once upon"


def test_many_prompts_or_tokens_need_a_model_by_name(
    openai: OpenAI, upstream: FakeProvider
) -> None:
    openai.completions.create(model="sound", prompt=["a", "b"])
    openai.completions.create(model="sound", prompt=[1, 2, 3])

    assert [received.body["prompt"] for received in upstream.received] == [["a", "b"], [1, 2, 3]]
    with pytest.raises(BadRequestError, match="auto needs one text"):
        openai.completions.create(model="auto", prompt=["a", "b"])
