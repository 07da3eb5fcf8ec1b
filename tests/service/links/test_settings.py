"""What links need in the configuration."""

import json

import pytest

from bandit.errors import ConfigError
from service.settings import Settings, loads
from tests.service.feedback.conftest import MODEL

SECRET = "correct-horse-battery-staple-1234"
BASE_URL = "https://llm.example.org/router/"


def configured(links: dict[str, object], **environment: str) -> Settings:
    return loads(json.dumps({"models": {"small": MODEL}, "links": links}), environment)


def test_secrets_come_from_the_environment_and_are_not_shown() -> None:
    settings = configured({"secret_env": ["NOW"], "base_url": BASE_URL}, NOW=SECRET)

    assert settings.links is not None
    assert settings.links.secrets == (SECRET,)
    assert settings.links.base_url == "https://llm.example.org/router"
    assert SECRET not in repr(settings)


def test_there_are_no_links_unless_something_signs_them() -> None:
    assert configured({"base_url": BASE_URL}).links is None


@pytest.mark.parametrize(
    ("links", "told"),
    [
        ({"secret_env": ["NOW"]}, "links.base_url is not given"),
        ({"secret_env": ["NOW"], "base_url": "llm.example.org"}, "give the URL"),
        ({"secret_env": ["NOW"], "base_url": "https://a:b@llm.example.org"}, "give the URL"),
        ({"secret_env": ["GONE"], "base_url": BASE_URL}, "GONE, which is not set"),
        ({"secret_env": ["SHORT"], "base_url": BASE_URL}, "32 ASCII characters"),
        ({"secret_env": [SECRET], "base_url": BASE_URL}, "give the variable's name"),
        ({"secret_env": ["NOW"], "base_url": BASE_URL, "expire_after_seconds": 0}, "expire_after"),
    ],
)
def test_what_could_not_sign_or_lead_anywhere_is_refused(
    links: dict[str, object], told: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        configured(links, NOW=SECRET, SHORT="hunter2")

    assert told in str(refused.value)
    assert SECRET not in str(refused.value)
    assert "hunter2" not in str(refused.value)
