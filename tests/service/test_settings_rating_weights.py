"""What the configuration may say of how ratings are weighed."""

import json

import pytest

from bandit.errors import ConfigError
from service.settings import Settings, loads
from tests.service.alarms.watched import MODEL

SOURCES = {name: {"noise_std": 0.4} for name in ("user", "widget", "judge", "asked_again")}


def configured(route: object, **file: object) -> Settings:
    document = {"models": {"small": MODEL, "large": MODEL}, "sources": SOURCES, **file}
    return loads(json.dumps({**document, "routes": {"default": route}}), {})


def test_by_default_nothing_is_weighed() -> None:
    settings = configured({})

    assert settings.routes["default"].rating_weights is None
    assert settings.weighed_on("default") == ()


def test_where_it_is_on_the_default_source_is_weighed_unless_others_are_named() -> None:
    named = {"rating_weights": {"sources": ["user", "widget"]}}

    assert configured({"rating_weights": {}}).weighed_on("default") == ("user",)
    assert configured(named).weighed_on("default") == ("user", "widget")


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ({"most": 1}, "most"),
        ({"most": 1000}, "most"),
        ({"sources": []}, "sources"),
        ({"sources": ["nobody"]}, "nobody"),
        ({"sources": ["user", "judge"]}, "judge"),
        ({"sources": ["asked_again"]}, "asked_again"),
        ({"decisions": 10}, "decisions"),
        ({"every_seconds": 0}, "every_seconds"),
        ({"after_second": 1}, "after_seconds"),
    ],
)
def test_weights_that_cannot_be_right_are_refused(weights: object, told: str) -> None:
    judge = {"kind": "regex", "pattern": "x"}
    route = {"judge": judge, "signals": {"asked_again": {}}, "rating_weights": weights}

    with pytest.raises(ConfigError, match=told):
        configured(route)


def test_a_default_source_that_is_the_judges_is_refused_too() -> None:
    route = {"judge": {"kind": "regex", "pattern": "x"}, "rating_weights": {}}

    with pytest.raises(ConfigError, match=r"rating_weights\.sources.*judge"):
        configured(route, default_source="judge")
