"""Which sources signals can have."""

import json
import re
from pathlib import Path

import pytest

from bandit.errors import ConfigError
from service.settings import Settings, loads
from service.settings.signals import Aborted, AskedAgain, Regenerated, Signals
from tests.service.feedback.conftest import MODEL

PAGE = (Path(__file__).parents[3] / "docs" / "feedback.md").read_text(encoding="utf-8")


def configured(sources: list[str], **route: object) -> Settings:
    document = {
        "models": {"small": MODEL},
        "sources": {source: {} for source in sources},
        "routes": {"default": route},
    }
    return loads(json.dumps(document), {})


def test_nothing_is_heeded_unless_it_is_configured() -> None:
    assert configured(["user"]).routes["default"].signals == Signals()
    assert not Signals().any


def test_each_signal_may_speak_for_a_source_of_its_own() -> None:
    signals = {"aborted": {}, "regenerated": {"source": "again", "quality": 0}}

    found = configured(["user", "aborted", "again"], signals=signals).routes["default"].signals

    assert found.any
    assert found.asked_again is None
    assert found.regenerated is not None
    assert found.regenerated.quality == 0


@pytest.mark.parametrize(
    ("signals", "told"),
    [
        ({"aborted": {"source": "abortd"}}, "add abortd under sources"),
        ({"aborted": {"source": "user"}}, "nobody else speaks for"),
        ({"aborted": {"source": "judge"}}, "nobody else speaks for"),
        ({"aborted": {"source": "x"}, "regenerated": {"source": "x"}}, "nobody else speaks for"),
        ({"aborted": {"quality": 2}}, "quality"),
        ({"regenerated": {"within_seconds": 0}}, "within_seconds"),
        ({"rage_quit": {}}, "rage_quit"),
    ],
)
def test_a_signal_that_could_not_speak_is_refused(signals: object, told: str) -> None:
    judge = {"kind": "json"}

    with pytest.raises(ConfigError, match=told):
        configured(["user", "judge", "x"], signals=signals, judge=judge)


def test_the_documented_configuration_can_be_served() -> None:
    documents = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (document,) = (each for each in documents if "signals:" in each)

    signals = loads(document, {}).routes["default"].signals

    assert signals == Signals(
        asked_again=AskedAgain(), regenerated=Regenerated(), aborted=Aborted()
    )
