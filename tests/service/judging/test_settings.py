"""What a judge may be in the configuration, and over the API."""

import json
import re
from pathlib import Path

import pytest

from bandit.errors import ConfigError
from service.settings import loads
from service.settings.judges import ModelJudge

PAGE = (Path(__file__).parents[3] / "docs" / "judging.md").read_text(encoding="utf-8")
MODEL = {
    "base_url": "http://127.0.0.1:9/v1",
    "price": {"usd_per_million_tokens_in": 1, "usd_per_million_tokens_out": 1},
}


def test_the_documented_configuration_can_be_served() -> None:
    (document,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    judge = loads(document, {}).routes["default"].judge

    assert judge == ModelJudge(model="critic", budget_usd_per_day=2.0)


@pytest.mark.parametrize(
    ("judge", "told"),
    [
        ({"kind": "model", "model": "critc"}, "did you mean critic"),
        ({"kind": "model", "model": "embedder"}, "embedder"),
        ({"kind": "model", "model": "critic", "rubric": "halp"}, "did you mean help"),
        ({"kind": "model", "model": "critic", "source": "jugde"}, "did you mean judge"),
        ({"kind": "regex", "pattern": "("}, "mend the regular expression"),
        ({"kind": "webhook", "url": "ftp://here"}, "http"),
        ({"kind": "json", "rate": 1.5}, "rate"),
        ({"kind": "json", "schema": {"type": "objct"}}, "mend the JSON Schema"),
        ({"kind": "psychic"}, "kind"),
    ],
)
def test_a_judge_that_cannot_judge_is_refused(judge: dict[str, object], told: str) -> None:
    models = {"small": MODEL, "critic": MODEL, "embedder": MODEL | {"kind": "embedding"}}
    document = {"models": models, "routes": {"default": {"judge": judge}}}

    with pytest.raises(ConfigError, match=told):
        loads(json.dumps(document), {})


@pytest.mark.parametrize(
    ("route", "told"),
    [
        ({"duel": {"judge": "critc"}}, "did you mean critic"),
        ({"duel": {"judge": "critic", "rubric": "halp"}}, "did you mean help"),
        ({"duel": {"judge": "critic", "source": "jugde"}}, "did you mean judge"),
        ({"duel": {"judge": "critic", "answer": "second"}}, "answer"),
        ({"duel": {"judge": "critic"}, "candidates": ["small"]}, "a second candidate"),
        ({"duel": {"judge": "critic"}, "policy": "linucb"}, "take the policy thompson"),
    ],
)
def test_a_duel_that_cannot_teach_is_refused(route: dict[str, object], told: str) -> None:
    models = {"small": MODEL, "large": MODEL, "critic": MODEL}
    document = {"models": models, "routes": {"default": route}}

    with pytest.raises(ConfigError, match=told):
        loads(json.dumps(document), {})
