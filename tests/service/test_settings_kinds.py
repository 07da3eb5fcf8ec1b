"""Models are for chat or for embedding; routes choose among the former."""

import json

import pytest

from bandit.errors import ConfigError
from service.settings import Settings, loads

FREE = {"usd_per_million_tokens_in": 0, "usd_per_million_tokens_out": 0}
CHAT = {"base_url": "http://127.0.0.1/v1", "price": FREE}
EMBEDDING = CHAT | {"kind": "embedding"}


def settings(**document: object) -> Settings:
    return loads(json.dumps({"models": {"talker": CHAT, "vectors": EMBEDDING}} | document), {})


def test_a_route_without_candidates_has_all_models_for_chat() -> None:
    assert settings().routes["default"].candidates == ("talker",)


def test_a_model_that_embeds_can_do_nothing_else() -> None:
    model = settings().models["vectors"]

    assert not model.chats
    assert model.capabilities == {"embeddings"}
    assert settings().models["talker"].chats


@pytest.mark.parametrize("key", ["candidates", "fallbacks"])
def test_no_route_can_have_a_model_that_embeds(key: str) -> None:
    with pytest.raises(ConfigError, match="names 'vectors', which cannot be chosen there"):
        settings(routes={"default": {"candidates": ["talker"]} | {key: ["vectors"]}})


def test_there_must_be_a_model_to_choose() -> None:
    with pytest.raises(ConfigError, match="add a model of kind chat"):
        settings(models={"vectors": EMBEDDING})
