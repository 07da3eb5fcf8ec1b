import json

import pytest

from service.settings import loads
from service.settings.errors import UnknownModel

MODEL = {
    "base_url": "http://127.0.0.1:9/v1",
    "price": {"usd_per_million_tokens_in": 0, "usd_per_million_tokens_out": 0},
}


def document(**route: object) -> str:
    return json.dumps({"models": {"a": MODEL, "b": MODEL}, "routes": {"default": route}})


def test_a_fallback_that_is_no_model_is_refused_with_its_place() -> None:
    with pytest.raises(UnknownModel, match=r"routes\.default\.fallbacks\[1\].*'c'"):
        loads(document(candidates=["a"], fallbacks=["b", "c"]), {})


def test_no_fallbacks_is_not_the_same_as_none_configured() -> None:
    assert loads(document(), {}).routes["default"].fallbacks is None
    assert loads(document(fallbacks=[]), {}).routes["default"].fallbacks == ()


def test_a_stream_waits_for_its_first_token_as_long_as_for_a_whole_answer() -> None:
    model = MODEL | {"timeout_seconds": 7}

    settings = loads(json.dumps({"models": {"a": model}}), {})

    assert settings.models["a"].first_token_timeout_seconds == 7
