import os
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bandit.errors import ConfigError
from service.settings import load, loads
from service.settings.errors import (
    BadName,
    BadValue,
    MalformedYaml,
    MissingKey,
    MissingVariable,
    UnknownKey,
    UnknownModel,
    UnknownPrice,
    UnreadableFile,
)

MODELS = """
models:
  small: {base_url: http://h/v1, price: gpt-4o-mini}
  gpt-4.1: {base_url: http://h/v1, price: gpt-4.1}
"""
A_MODEL = "models: {m: {base_url: http://h/v1, price: gpt-4o, %s}}"


def refusal(text: str, environment: dict[str, str] | None = None) -> ConfigError:
    with pytest.raises(ConfigError) as refused:
        loads(text, environment or {})
    return refused.value


def test_a_misspelt_key_is_refused_with_its_place_and_a_guess() -> None:
    top = refusal(f"{MODELS}\nrouts: {{}}")
    deep = refusal(f"{MODELS}\nroutes: {{a: {{}}, b: {{policy: {{kind: thompson, flor: 0}}}}}}")

    assert isinstance(top, UnknownKey)
    assert "did you mean routes?" in top.remedy
    assert isinstance(deep, UnknownKey)
    assert deep.fact == "routes.b.policy.flor is not a known key"
    assert "did you mean floor?" in deep.remedy


def test_a_missing_key_is_named_with_its_meaning() -> None:
    wrong = refusal("models: {a: {base_url: http://h/v1, price: gpt-4o}, b: {price: gpt-4o}}")

    assert isinstance(wrong, MissingKey)
    assert wrong.fact == "models.b.base_url is missing"
    assert wrong.remedy.startswith("add it: where it is called")


@pytest.mark.parametrize(
    ("written", "fact", "remedy"),
    [
        ("routes: {a: {latency_weight: -1}}", "routes.a.latency_weight is -1", "a number >= 0.0"),
        ("routes: {a: {willingness_to_pay_usd: 0}}", "willingness_to_pay_usd is 0", ">= 1e-09"),
        ("routes: {a: {candidates: []}}", "routes.a.candidates is an empty list", "a list"),
        ("routes: {a: {candidates: small}}", "routes.a.candidates is 'small'", "a list"),
        (
            "routes: {a: {policy: thomson}}",
            "routes.a.policy is 'thomson'",
            "did you mean thompson?",
        ),
        ("routes: {a: {policy: {kind: vm}}}", "routes.a.policy.kind is 'vm'", "vw"),
        ("routes: {a: {policy: {floor: 0}}}", "routes.a.policy.kind is missing", "one of thompson"),
        ("routes: {a: {policy: {kind: fixed}}}", "routes.a.policy.model is missing", "add it"),
        ("sources: {user: {noise_std: .nan}}", "sources.user.noise_std is nan", "number > 0.0"),
        ("sources: {judge: {}}", "default_source is not given", "use one of: judge"),
        ("default_source: usr", "default_source is 'usr'", "did you mean user?"),
        (
            "routes: {a: {reference_source: usr}}",
            "routes.a.reference_source is 'usr'",
            "did you mean user?",
        ),
        ("default_route: x", "default_route is 'x'", "use one of: default"),
        ("routes: {a: {}, b: {}}", "default_route is not given", "use one of: a, b"),
        ("server: {port: 70000}", "server.port is 70000", "a whole number <= 65535"),
        ("server: {port: http}", "server.port is 'http'", "a whole number"),
        ("server: {port: true}", "server.port is true", "a whole number"),
        ("server:", "server is empty", "a mapping"),
        ("storage: {url: 'mysql://h/db'}", "storage.url is 'mysql://h/db'", "postgresql://"),
        ("seed: ['${X']", "seed[0] is a ${ without a variable's name", "write ${NAME}"),
    ],
)
def test_a_bad_value_is_named_with_its_key_and_its_remedy(
    written: str, fact: str, remedy: str
) -> None:
    wrong = refusal(f"{MODELS}\n{written}")

    assert fact in wrong.fact
    assert remedy in wrong.remedy


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("routes: {a: {candidates: [small, smal]}}", "routes.a.candidates[1] names 'smal'"),
        ("routes: {a: {policy: {kind: fixed, model: smal}}}", "routes.a.policy.model names 'smal'"),
        (
            "routes: {a: {policy: {kind: weighted, weights: {smal: 1}}}}",
            "routes.a.policy.weights names 'smal'",
        ),
    ],
)
def test_a_route_names_only_configured_models(written: str, place: str) -> None:
    wrong = refusal(f"{MODELS}\n{written}")

    assert isinstance(wrong, UnknownModel)
    assert wrong.fact.startswith(place)
    assert "did you mean small?" in wrong.remedy


@pytest.mark.parametrize(
    "written",
    [
        "{candidates: [small, small]}",
        "{candidates: [small], policy: {kind: fixed, model: gpt-4.1}}",
        "{policy: {kind: weighted, weights: {small: 1}}}",
        "{policy: {kind: weighted, weights: {small: 0, gpt-4.1: 0}}}",
        "{policy: {kind: weighted, weights: {small: -1, gpt-4.1: 2}}}",
        "{policy: {kind: thompson, exploration: .inf}}",
    ],
)
def test_a_route_that_could_not_choose_is_refused(written: str) -> None:
    wrong = refusal(f"{MODELS}\nroutes: {{a: {written}}}")

    assert wrong.fact.startswith("routes.a.")


@pytest.mark.parametrize(
    ("written", "fact"),
    [
        ("api_key: [1]", "models.m.api_key is a list"),
        ("api_key: k, api_key_env: HOME", "models.m.api_key is"),
        ('api_key: "a b"', "models.m.api_key is"),
        ('api_key: "a\\nb"', "models.m.api_key is text with a line break"),
        ("capabilities: [tools, image]", "models.m.capabilities[1] is 'image'"),
        ("provider: anthropic", "models.m.provider is 'anthropic'"),
        ("context_tokens: 1.5", "models.m.context_tokens is 1.5"),
        ("timeout_seconds: 0", "models.m.timeout_seconds is 0"),
        ("prior_quality: 1.1", "models.m.prior_quality is 1.1"),
        ("extra_headers: {a b: c}", 'models.m.extra_headers."a b" is'),
        ("extra_headers: {Content-Length: '3'}", "models.m.extra_headers.Content-Length is"),
        ('extra_headers: {a: "b\\r\\nc: d"}', "models.m.extra_headers.a is"),
        ('upstream_model: "\\ud800"', "models.m.upstream_model is"),
    ],
)
def test_a_model_that_could_not_be_called_is_refused(written: str, fact: str) -> None:
    assert refusal(A_MODEL % written).fact.startswith(fact)


@pytest.mark.parametrize(
    "url",
    ["", "h", "ftp://h", "http://", "http://u:p@h/v1", "http://h/?a=b", "http://[x", "http://h:x/"],
)
def test_a_base_url_is_a_plain_one(url: str) -> None:
    wrong = refusal(f"models: {{m: {{base_url: '{url}', price: gpt-4o}}}}")

    assert isinstance(wrong, BadValue)
    assert wrong.fact.startswith("models.m.base_url is ")


@pytest.mark.parametrize("name", ["auto", "auto:x", "''", "a b", '"a\\n"', '"\\u00a0"', "x" * 129])
def test_a_model_has_a_name_that_clients_can_write(name: str) -> None:
    wrong = refusal(f"models:\n  ? {name}\n  : {{base_url: http://h/v1, price: gpt-4o}}")

    assert isinstance(wrong, BadName)


def test_a_price_is_never_taken_to_be_nothing() -> None:
    none = refusal("models: {m: {base_url: http://h/v1}}")
    half = refusal("models: {m: {base_url: http://h, price: {usd_per_million_tokens_in: 1}}}")
    unknown = refusal("models: {m: {base_url: http://h/v1, price: gpt-4o-minni}}")

    assert none.fact == "models.m.price is missing"
    assert half.fact == "models.m.price.usd_per_million_tokens_out is missing"
    assert isinstance(unknown, UnknownPrice)
    assert "'gpt-4o-minni'" in unknown.fact
    assert "gpt-4o-mini" in unknown.remedy


@pytest.mark.parametrize("environment", [{}, {"THE_KEY": ""}])
@pytest.mark.parametrize("key", ["api_key_env: THE_KEY", 'api_key: "${THE_KEY}"'])
def test_a_missing_variable_is_named_with_its_key(key: str, environment: dict[str, str]) -> None:
    wrong = refusal(A_MODEL % key, environment)

    assert isinstance(wrong, MissingVariable)
    assert wrong.fact.startswith(f"models.m.{key.partition(':')[0]} needs")
    assert "THE_KEY" in wrong.fact


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("models:\n  a: [1, 2\nb: 3", 3, 2),
        ("models: {}\nseed: a: b", 2, 8),
        ("models: {}\nseed: 1\nmodels: {}", 3, 1),
        ("models:\n  a: {price: x, price: y}", 2, 17),
        ("seed: 1\n7: 2", 2, 1),
        ("seed: !!python/object/apply:os.getcwd []", 1, 7),
        ("seed: !!int x", 1, 7),
        ("seed: 1\nserver: \x07", 2, 9),
        ("seed: 1\n---\nseed: 2", 2, 1),
        ("seed: *nowhere", 1, 7),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line_and_column(
    text: str, line: int, column: int
) -> None:
    wrong = refusal(text)

    assert isinstance(wrong, MalformedYaml)
    assert (wrong.line, wrong.column) == (line, column)


@pytest.mark.parametrize("text", ["", "# nothing", "[]", "3", "text", "[" * 5000, "x: &a [*a]"])
def test_what_is_no_configuration_at_all_is_refused(text: str) -> None:
    refusal(text)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"seed: \xe9")

    for file in (tmp_path / "none.yaml", tmp_path, tmp_path / "latin.yaml"):
        with pytest.raises(UnreadableFile, match=str(file)):
            load(file)


@pytest.mark.parametrize(
    "text",
    [
        A_MODEL % "api_key: hidden key",
        A_MODEL % "api_key: *hidden-key",
        A_MODEL % "api_key: '${hidden'",
        A_MODEL % "api_key_env: hidden-key",
        A_MODEL % "api_key_env: hidden_key",
        A_MODEL % "extra_headers: {a: 'hidden\tx'}",
        A_MODEL % "extra_headers: {a: [hidden]}",
        A_MODEL % "context_tokens: '${KEY}'",
        A_MODEL % "capabilities: ['${KEY}']",
        "models: hidden",
        "models: {m: hidden}",
        f"{MODELS}\nstorage: {{url: 'mysql://me:hidden@h'}}",
        f"{MODELS}\nstorage: 'postgresql://me:hidden@h'",
        f"{MODELS}\nroutes: {{a: {{candidates: ['${{KEY}}']}}}}",
        "models: {m: {base_url: 'https://hidden@h/v1', price: gpt-4o}}",
    ],
)
def test_no_error_tells_a_secret(text: str) -> None:
    wrong = refusal(text, {"KEY": "hidden"})

    assert "hidden" not in str(wrong)


def test_the_environment_is_not_read_by_loads() -> None:
    name = next(iter(os.environ))

    assert isinstance(refusal(f"seed: ${{{name}}}"), MissingVariable)


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["${KEY}", "small", "kind", "auto", "thompson", "$", "${", "x - at `$.y`"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "models", "x - at `$.y[...]`", "price"]), inner)
    ),
    max_leaves=6,
)
PLACES = [
    ("seed",), ("models",), ("models", "small"), ("models", "small", "price"), ("routes",),
    ("models", "small", "extra_headers"), ("models", "small", "capabilities"), ("routes", "a"),
    ("routes", "a", "policy"), ("routes", "a", "candidates"), ("sources",), ("storage",),
    ("x - at `$.y[...]`",), ("models", "a`b"), ("server", "port"), ("models", "small", "api_key"),
]  # fmt: skip


@given(st.sampled_from(PLACES), JUNK)
def test_whatever_stands_in_the_file_it_is_served_or_refused(
    place: tuple[str, ...], junk: object
) -> None:
    tree = yaml.safe_load(f"{MODELS}\nroutes: {{a: {{}}}}\nserver: {{}}")
    node = tree
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = junk

    with suppress(ConfigError):
        loads(yaml.safe_dump(tree), {"KEY": "7"})


@given(st.text())
def test_whatever_the_text_is_it_is_served_or_refused(text: str) -> None:
    with suppress(ConfigError):
        loads(text, {})
