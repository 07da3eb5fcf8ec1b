"""Judges that need no model."""

import json
import time

import pytest
import regex

from feedback.judging import checks
from feedback.judging.case import Case
from feedback.judging.schemas import BadSchema, compiled


def score(verdict: object) -> float | None:
    return getattr(verdict, "score", None)


@pytest.mark.parametrize(
    ("answer", "reference", "expected"),
    [(" 391\n", "391", 1.0), ("392", "391", 0.0), ("Yes", "yes", 0.0), ("391", None, None)],
)
def test_exact_compares_with_the_reference(
    answer: str, reference: str | None, expected: float | None
) -> None:
    case = Case("", answer, reference)

    assert score(checks.exact(case, is_case_sensitive=True)) == expected


def test_exact_may_take_large_letters_for_small_ones() -> None:
    assert score(checks.exact(Case("", "Yes", "yes"), is_case_sensitive=False)) == 1.0


def test_a_pattern_is_found_or_not() -> None:
    pattern = regex.compile(r"\b391\b")

    assert score(checks.matches(Case("", "It is 391."), pattern)) == 1.0
    assert score(checks.matches(Case("", "It is 3911."), pattern)) == 0.0


def test_a_pattern_that_takes_too_long_gives_no_verdict() -> None:
    case = Case("", "a" * 5000 + "!")
    began = time.monotonic()
    verdict = checks.matches(case, regex.compile("(a|aa)+$"))

    assert verdict is None
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('{"a": [1, 2]}', 1.0),
        ('```json\n{"a": 1}\n```\n', 1.0),
        ("```\n[]\n```", 1.0),
        ('{"a": 1,}', 0.0),
        ("Sure! {}", 0.0),
        ("[" * 100_000, 0.0),
    ],
)
def test_json_is_told_from_what_is_none(answer: str, expected: float) -> None:
    assert score(checks.is_json(Case("", answer))) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("So:\n```python\nprint('\\d')\n```\nand\n```\nx = 1\n```", 1.0),
        ("So:\n```python\ndef f(:\n```", 0.0),
        ("```py\nx = 1\n```\n```py\nx = = 1\n```", 0.0),
        ("```python\n" + "(" * 5000 + "\n```", 0.0),
        ("```python\nx = '\0'\n```", 0.0),
        ("```rust\nfn main() {}\n```", None),
        ("No code.", None),
        ("```python\n" + "x = 1\n" * 5000 + "```", None),
    ],
)
def test_code_is_parsed_and_never_run(answer: str, expected: float | None) -> None:
    assert score(checks.is_code(Case("", answer))) == expected


@pytest.mark.parametrize("answer", ["`" * 200_000, "```a" * 50_000, "```\n" * 50_000])
def test_hostile_fences_take_no_time(answer: str) -> None:
    began = time.monotonic()
    checks.is_code(Case("", answer))
    checks.is_json(Case("", answer))

    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('{"city": "Rome", "at": [1, 2]}', 1.0),
        ('```json\n{"city": "Rome"}\n```', 1.0),
        ('{"city": "rome"}', 0.0),
        ('{"city": "Rome", "more": 1}', 0.0),
        ("Rome", 0.0),
    ],
)
def test_json_is_held_against_a_schema(answer: str, expected: float) -> None:
    schema = compiled(
        {
            "type": "object",
            "properties": {"city": {"pattern": "^[A-Z]"}, "at": {"$ref": "#/$defs/numbers"}},
            "required": ["city"],
            "additionalProperties": False,
            "$defs": {"numbers": {"type": "array", "items": {"type": "number"}}},
        }
    )

    assert checks.is_json(Case("", answer), schema).score == expected


def test_no_answer_makes_a_schema_slow() -> None:
    tree = {"anyOf": [{"items": {"$ref": "#"}, "type": "array"} for _ in range(4)]}
    schema = compiled({**tree, "patternProperties": {"^(a+)+$": False}, "uniqueItems": True})
    deep = "[" * 500 + "1" + "]" * 500
    long = json.dumps({"a" * 100_000 + "!": 1})
    wide = json.dumps([[i, {"a": i}] for i in range(20_000)])
    began = time.monotonic()
    for answer in (deep, long, wide):
        checks.is_json(Case("", answer), schema)

    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "objct"},
        {"pattern": "("},
        {"pattern": "(a)\\1"},
        {"$ref": "http://127.0.0.1:9/schema.json"},
        {"$ref": "file:///etc/passwd"},
    ],
)
def test_a_schema_that_is_none_or_lies_elsewhere_is_refused(schema: dict[str, object]) -> None:
    with pytest.raises(BadSchema):
        compiled(schema)
