import inspect
import math
from pathlib import Path

import msgspec
import pytest
from msgspec.inspect import (
    DictType,
    FloatType,
    Metadata,
    StructType,
    Type,
    UnionType,
    VarTupleType,
    type_info,
)

from bandit.policies.thompson import Thompson
from bandit.price import Price
from service.settings import (
    FixedPolicy,
    RandomPolicy,
    RoundRobinPolicy,
    Source,
    ThompsonPolicy,
    VowpalPolicy,
    WeightedPolicy,
    load,
    loads,
)
from service.settings.entries import SettingsFile

MODELS = """
models:
  small: {base_url: "https://api.openai.com/v1/", price: gpt-4o-mini}
  large:
    base_url: http://127.0.0.1:9/v1
    price: {usd_per_million_tokens_in: 5, usd_per_million_tokens_out: 1e1}
"""


def test_a_short_file_has_every_default() -> None:
    settings = loads(MODELS, {})

    route = settings.routes["default"]
    assert list(settings.models) == ["small", "large"]
    assert (route.candidates, route.policy) == (("small", "large"), ThompsonPolicy())
    assert settings.default_route == "default"
    assert settings.sources == {"user": Source(0.4), "judge": Source(0.2)}
    assert settings.default_source == "user"
    assert settings.storage.url == "sqlite:///pointsman.db"
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8080)
    assert settings.seed is None


def test_a_model_has_what_was_said_of_it_and_else_what_is_known() -> None:
    models = loads(MODELS, {}).models

    small, large = models["small"], models["large"]
    assert small.base_url == "https://api.openai.com/v1"
    assert small.price == Price(0.15, 0.6, 0.075)
    assert (small.context_tokens, small.upstream_model) == (128_000, "small")
    assert large.price == Price(5.0, 10.0)
    assert large.context_tokens is None
    assert large.api_key is None


def test_the_context_length_of_a_called_provider_is_known_without_its_price() -> None:
    text = """
models:
  mine:
    base_url: https://api.openai.com/v1
    upstream_model: gpt-4o-mini
    price: {usd_per_million_tokens_in: 0, usd_per_million_tokens_out: 0}
"""

    mine = loads(text, {}).models["mine"]

    assert mine.context_tokens == 128_000
    assert mine.price == Price(0.0, 0.0)


def test_a_model_can_do_what_is_said_and_else_what_is_known() -> None:
    text = """
models:
  usual: {base_url: http://h/v1, price: gpt-4o-mini}
  hears: {base_url: http://h/v1, price: openai/gpt-audio}
  plain: {base_url: http://h/v1, price: openai/gpt-audio, capabilities: []}
  known:
    base_url: https://api.openai.com/v1
    upstream_model: gpt-audio
    price: {usd_per_million_tokens_in: 0, usd_per_million_tokens_out: 0}
    context_tokens: 1000
"""

    models = loads(text, {}).models

    assert models["usual"].capabilities == {"tools", "json_schema"}
    assert models["hears"].capabilities == {"tools", "json_schema", "audio"}
    assert models["plain"].capabilities == frozenset()
    assert models["known"].capabilities == models["hears"].capabilities


@pytest.mark.parametrize(
    ("written", "policy"),
    [
        ("thompson", ThompsonPolicy()),
        ("{kind: thompson, exploration: 0.2, floor: 0.01}", ThompsonPolicy(0.2, 0.01)),
        ("{kind: thompson, floor: 0.05}", ThompsonPolicy(floor=0.05)),
        ("{kind: fixed, model: large}", FixedPolicy("large")),
        ("round-robin", RoundRobinPolicy()),
        (
            "{kind: weighted, weights: {small: 3, large: 1}}",
            WeightedPolicy({"small": 3, "large": 1}),
        ),
        ("random", RandomPolicy()),
        ("{kind: random}", RandomPolicy()),
        ("vw", VowpalPolicy()),
        ("{kind: vw, algorithm: regcb}", VowpalPolicy("regcb")),
    ],
)
def test_every_policy_can_be_named(written: str, policy: object) -> None:
    settings = loads(f"{MODELS}\nroutes: {{default: {{policy: {written}}}}}", {})

    assert settings.routes["default"].policy == policy


def test_the_policys_defaults_are_those_of_the_mathematics() -> None:
    ours = ThompsonPolicy()

    theirs = inspect.signature(Thompson).parameters

    assert ours.exploration == theirs["exploration"].default
    assert ours.floor == theirs["floor"].default


def test_infinite_willingness_to_pay_ignores_cost() -> None:
    settings = loads(f"{MODELS}\nroutes: {{default: {{willingness_to_pay_usd: .inf}}}}", {})

    assert math.isinf(settings.routes["default"].willingness_to_pay_usd)


@pytest.mark.parametrize(
    ("written", "default"),
    [
        ("routes: {cheap: {}}", "cheap"),
        ("routes: {cheap: {}, default: {}}", "default"),
        ("routes: {cheap: {}, good: {}}\ndefault_route: good", "good"),
    ],
)
def test_there_is_always_a_default_route(written: str, default: str) -> None:
    assert loads(f"{MODELS}\n{written}", {}).default_route == default


def test_a_route_has_the_default_source_for_its_reference_unless_it_names_another() -> None:
    settings = loads(f"{MODELS}\nroutes: {{default: {{}}, b: {{reference_source: judge}}}}", {})

    assert settings.reference_of("default") == "user"
    assert settings.reference_of("b") == "judge"


def test_sources_of_ones_own_replace_the_two() -> None:
    text = f"{MODELS}\nsources: {{stars: {{}}}}\ndefault_source: stars"

    settings = loads(text, {})

    assert settings.sources == {"stars": Source()}


def test_environment_variables_fill_in_text_and_numbers() -> None:
    text = f"""{MODELS}
server:
  host: ${{HOST}}
  port: ${{PORT}}
storage: {{url: "sqlite:///${{DIR}}/a$$b.db", keep_prompts: "${{KEEP}}"}}
"""

    settings = loads(text, {"HOST": "::1", "PORT": "81", "DIR": "/data", "KEEP": "true"})

    assert (settings.server.host, settings.server.port) == ("::1", 81)
    assert settings.storage.url == "sqlite:////data/a$b.db"
    assert settings.storage.keep_prompts


def test_a_key_comes_from_its_variable_either_way() -> None:
    text = """
models:
  a: {base_url: http://h/v1, price: gpt-4o, api_key_env: KEY}
  b: {base_url: http://h/v1, price: gpt-4o, api_key: "${KEY}"}
"""

    models = loads(text, {"KEY": "0123"}).models

    assert [model.api_key for model in models.values()] == ["0123", "0123"]


def test_the_values_of_yaml_are_those_of_its_core_schema() -> None:
    text = """
models:
  on: {base_url: http://h/v1, price: gpt-4o, upstream_model: 2026-01-01, context_tokens: 010}
  "4": &four {base_url: http://h/v1, price: gpt-4o, prior_quality: 5e-1, upstream_model: 1:30}
  five: {<<: *four, prior_quality: .25}
"""

    models = loads(text, {}).models

    assert [model.upstream_model for model in models.values()] == ["2026-01-01", "1:30", "1:30"]
    assert models["on"].context_tokens == 10
    assert [models["4"].prior_quality, models["five"].prior_quality] == [0.5, 0.25]


def test_a_file_is_read_with_the_environment_of_the_process(tmp_path: Path) -> None:
    file = tmp_path / "pointsman.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + MODELS.encode())

    assert load(file) == loads(MODELS, {})


def test_secrets_are_not_shown() -> None:
    text = """
models:
  a:
    base_url: http://h/v1
    price: gpt-4o
    api_key: hidden-1
    extra_headers: {x-key: hidden-2}
storage: {url: "postgresql://me:hidden-3@h/db"}
"""

    settings = loads(text, {})

    assert settings.models["a"].extra_headers == {"x-key": "hidden-2"}
    assert "hidden" not in repr(settings) + str(settings)
    assert "hidden" not in repr(msgspec.convert(_tree(), SettingsFile))


def test_no_number_can_be_infinite_or_none_at_all_but_the_willingness_to_pay() -> None:
    unbounded = [
        name for name, number in _numbers("", type_info(SettingsFile)) if not _bound(number)
    ]

    assert unbounded == ["willingness_to_pay_usd"]


def _tree() -> dict[str, object]:
    model = {"base_url": "http://hidden/v1", "price": "x", "api_key": "hidden"}
    return {"models": {"a": model}, "storage": {"url": "postgresql://hidden"}}


def _bound(number: FloatType) -> bool:
    return number.le is not None and (number.ge is not None or number.gt is not None)


def _numbers(name: str, of: Type) -> list[tuple[str, FloatType]]:
    if isinstance(of, FloatType):
        return [(name, of)]
    return [number for inner, t in _parts(name, of) for number in _numbers(inner, t)]


def _parts(name: str, of: Type) -> list[tuple[str, Type]]:
    if isinstance(of, Metadata):
        return [(name, of.type)]
    if isinstance(of, UnionType):
        return [(name, t) for t in of.types]
    if isinstance(of, DictType):
        return [(name, of.value_type)]
    if isinstance(of, VarTupleType):
        return [(name, of.item_type)]
    return [(f.name, f.type) for f in of.fields] if isinstance(of, StructType) else []
