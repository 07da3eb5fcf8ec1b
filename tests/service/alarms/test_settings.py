"""What the configuration may say of alarms."""

import json
import re
from pathlib import Path

import pytest

from bandit.errors import ConfigError
from service.settings import loads
from tests.service.alarms.watched import MODEL

PAGE = (Path(__file__).parents[3] / "docs" / "alarms.md").read_text(encoding="utf-8")
NAMED = {"ALARMS_SECRET": "hush"}


def test_the_documented_configuration_can_be_served() -> None:
    (document,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    alarms = loads(document, NAMED).alarms

    assert alarms.by == ("language", "customer")
    assert alarms.secret == "hush"


def test_by_default_no_segments_are_compared_and_nobody_is_told() -> None:
    alarms = loads(json.dumps({"models": {"small": MODEL}}), {}).alarms

    assert (alarms.by, alarms.drift, alarms.webhook, alarms.secret) == ((), True, None, None)


@pytest.mark.parametrize(
    ("alarms", "told"),
    [
        ({"by": ["language:de"]}, "alarms.by"),
        ({"by": [""]}, "alarms.by"),
        ({"webhook": "ftp://here"}, "http"),
        ({"secret_env": "NOT_SET"}, "NOT_SET"),
        ({"secret_env": "a secret, pasted"}, "not the secret"),
        ({"every_seconds": 0}, "every_seconds"),
        ({"false_alarms": 0.001}, "false_alarms"),
        ({"everysecond": 1}, "every_seconds"),
    ],
)
def test_alarms_that_cannot_work_are_refused(alarms: object, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        loads(json.dumps({"models": {"small": MODEL}, "alarms": alarms}), NAMED)


def test_neither_the_secret_nor_the_webhook_is_shown() -> None:
    said = {"webhook": "https://hooks.example.org/T0K3N", "secret_env": "ALARMS_SECRET"}
    settings = loads(json.dumps({"models": {"small": MODEL}, "alarms": said}), NAMED)

    assert "T0K3N" not in repr(settings)
    assert "hush" not in repr(settings)
