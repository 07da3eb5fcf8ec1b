"""`POST /v1/embeddings`, with the unchanged `openai` package."""

import httpx
import pytest
from openai import BadRequestError, OpenAI

from tests.fakes.provider import FakeProvider


def test_texts_are_embedded_by_the_model_that_is_named(
    openai: OpenAI, upstream: FakeProvider
) -> None:
    answer = openai.embeddings.create(
        model="embedder", input=["a", "b"], dimensions=2, encoding_format="float"
    )

    assert [entry.embedding for entry in answer.data] == [[0.0, 0.5], [1.0, 0.5]]
    assert upstream.received[0].path == "/v1/embeddings"
    assert upstream.received[0].body["dimensions"] == 2


def test_what_it_cost_is_known(openai: OpenAI, http: httpx.Client) -> None:
    raw = openai.embeddings.with_raw_response.create(model="embedder", input="a")

    assert float(raw.headers["x-pointsman-cost-usd"]) == pytest.approx(0.0001)
    decision = http.get(f"/v1/decisions/{raw.headers['x-pointsman-decision-id']}").json()
    assert decision["decision"]["policy"] == "direct"
    assert decision["outcomes"][-1]["cost_usd"] == pytest.approx(0.0001)


def test_each_text_must_fit_and_not_all_together(openai: OpenAI) -> None:
    text = "word " * 50

    answer = openai.embeddings.create(model="embedder", input=[text] * 10)

    assert len(answer.data) == 10
    with pytest.raises(BadRequestError, match="holds 100 tokens"):
        openai.embeddings.create(model="embedder", input=text * 10)


def test_tokens_are_taken_too(openai: OpenAI, upstream: FakeProvider) -> None:
    openai.embeddings.create(model="embedder", input=[[1, 2], [3]], encoding_format="float")

    assert upstream.received[0].body["input"] == [[1, 2], [3]]


def test_no_model_is_chosen_because_vectors_of_two_cannot_be_compared(openai: OpenAI) -> None:
    with pytest.raises(BadRequestError, match="cannot be compared") as refused:
        openai.embeddings.create(model="auto", input="a")

    assert refused.value.param == "model"


def test_a_model_that_chats_does_not_embed_and_one_that_embeds_does_not_chat(
    openai: OpenAI,
) -> None:
    with pytest.raises(BadRequestError, match="cannot do embeddings"):
        openai.embeddings.create(model="sound", input="a")
    with pytest.raises(BadRequestError, match="only embeds"):
        openai.chat.completions.create(
            model="embedder", messages=[{"role": "user", "content": "Hi"}]
        )


def test_no_route_chooses_a_model_that_embeds(openai: OpenAI, http: httpx.Client) -> None:
    raw = openai.chat.completions.with_raw_response.create(
        model="auto", messages=[{"role": "user", "content": "Hi"}]
    )

    policy = http.get("/v1/routes/all/policy").text
    assert "sound-too" in policy
    assert "embedder" not in policy
    assert raw.headers["x-pointsman-model"] in {"sound", "sound-too"}
