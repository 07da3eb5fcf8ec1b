"""What keys need in the configuration, and that it never shows one."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from bandit.errors import ConfigError
from service.cli import cli
from service.settings import Settings, loads
from tests.service.feedback.conftest import MODEL

KEY, OTHER = "correct-horse-battery", "another-horse-battery"


def configured(keys: object, **environment: str) -> Settings:
    return loads(json.dumps({"models": {"small": MODEL}, "keys": keys}), environment)


def test_of_a_key_no_more_is_kept_than_its_digest() -> None:
    settings = configured({"app": {"key_env": "APP", "operator": True}}, APP=KEY)

    key = settings.keys["app"]
    assert key.digest == sha256(KEY.encode()).digest()
    assert (key.name, key.routes, key.operator) == ("app", None, True)
    assert KEY not in repr(settings)
    assert repr(key.digest) not in repr(settings)


def test_without_keys_the_service_is_open() -> None:
    assert not loads(json.dumps({"models": {"small": MODEL}}), {}).keys
    assert not configured({}).keys


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"app": {"key_env": "GONE"}}, "keys.app.key_env needs the environment variable GONE"),
        ({"app": {"key_env": "SHORT"}}, "16 ASCII characters"),
        ({"app": {"key_env": "SPACED"}}, "keys.app.key_env is a value not shown here"),
        ({"app": {"key_env": "FOREIGN"}}, "16 ASCII characters"),
        ({"app": {"key_env": KEY}}, "give the variable's name, not the key"),
        ({"app": {"key_env": "APP"}, "b": {"key_env": "SAME"}}, "keys.b.key_env is a value not"),
        ({"app": {"key_env": "APP", "routes": ["defult"]}}, "did you mean default?"),
        ({"app": {"key_env": "APP", "route": []}}, "keys.app.route is not a known key"),
        ({"app": {}}, "keys.app.key_env is missing"),
        ({"app": KEY}, "give a mapping"),
        ({"an app": {"key_env": "APP"}}, "a name that cannot be used"),
        (None, "keys is empty"),
    ],
)
def test_what_is_no_key_is_refused_with_its_place_and_is_not_shown(keys: object, told: str) -> None:
    environment = {
        "APP": KEY,
        "SAME": KEY,
        "SHORT": "hunter2-hunter2",
        "SPACED": "hunter2 hunter2 hunter2",
        "FOREIGN": "hünter2hünter2hünter2",
    }

    with pytest.raises(ConfigError) as refused:
        configured(keys, **environment)

    assert told in str(refused.value)
    assert KEY not in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_the_command_makes_a_new_key_and_the_lines_that_make_it_known() -> None:
    printed = [CliRunner().invoke(cli, ["keys", "new", "web-app"]).output for _ in range(2)]

    lines, _, text = printed[0].partition("\n\n")
    variable, _, key = lines.partition("=")
    settings = configured(yaml.safe_load(text)["keys"], **{variable: key})
    assert settings.keys["web-app"].digest == sha256(key.encode()).digest()
    assert (variable, key[:3]) == ("POINTSMAN_KEY_WEB_APP", "pm-")
    assert len(key) > 40
    assert printed[0] != printed[1]


@pytest.mark.parametrize("name", ["", "a b", "a\nb", 'a"b', "x" * 129])
def test_a_name_that_could_not_be_configured_gets_no_key(name: str) -> None:
    result = CliRunner().invoke(cli, ["keys", "new", name])

    assert result.exit_code == 2
    assert "pm-" not in result.output


def test_checking_a_configuration_shows_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pointsman.yaml"
    monkeypatch.setenv("APP", KEY)
    file.write_text(json.dumps({"models": {"small": MODEL}, "keys": {"app": {"key_env": "APP"}}}))

    result = CliRunner().invoke(cli, ["config", "check", str(file)])

    assert result.exit_code == 0, result.output
    assert KEY not in result.output
