"""Judges that need no model: what an answer is can be told by looking at it."""

import ast
import re
import warnings

import msgspec
import regex

from feedback.judging.case import Case
from feedback.judging.schemas import Schema
from feedback.judging.verdict import Verdict

_FENCED = re.compile(r"^```([\w+-]*+)[^\n]*+\n(.*?)(?:^```|\Z)", re.DOTALL | re.MULTILINE)
_PYTHON = {"", "python", "py", "python3"}
_REGEX_SECONDS = 0.1
_LONGEST_CODE = 10_000
"""Characters; parsing much more takes time that requests would have to wait."""


def exact(case: Case, *, is_case_sensitive: bool) -> Verdict | None:
    """Whether the answer is the reference, but for white space around it; None without one."""
    if case.reference is None:
        return None
    said, right = case.answer.strip(), case.reference.strip()
    if not is_case_sensitive:
        said, right = said.casefold(), right.casefold()
    return _passed("it is the reference", "it is not the reference", said == right)


def matches(case: Case, pattern: "regex.Pattern[str]") -> Verdict | None:
    """Whether a pattern is found in the answer; None where that takes too long to find out."""
    try:
        found = pattern.search(case.answer, timeout=_REGEX_SECONDS, concurrent=True)
    except TimeoutError:
        return None
    return _passed("the pattern is found", "the pattern is not found", found is not None)


def is_json(case: Case, schema: Schema | None = None) -> Verdict:
    r"""Whether the answer is JSON, as a schema has it, be it in a code block that is all of it.

    >>> is_json(Case("", '```json\n{"a": 1}\n```'))
    Verdict(score=1.0, reason='it is JSON')
    >>> is_json(Case("", 'Here you are: {"a": 1}'))
    Verdict(score=0.0, reason='it is not JSON')
    """
    text = case.answer.strip()
    fenced = _FENCED.fullmatch(text)
    try:
        said = msgspec.json.decode((fenced[2] if fenced else text).encode())
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Verdict(0.0, "it is not JSON")
    if schema is None:
        return Verdict(1.0, "it is JSON")
    fits = schema.is_valid(said)
    return _passed("it is JSON by the schema", "it is JSON, but not by the schema", fits)


def is_code(case: Case) -> Verdict | None:
    """Whether the Python in the answer's code blocks can be parsed; nothing of it is run.

    None where there is none, or more than is looked at.
    """
    blocks = [code for name, code in _FENCED.findall(case.answer) if name.lower() in _PYTHON]
    if not blocks or sum(map(len, blocks)) > _LONGEST_CODE:
        return None
    return _passed("its code can be parsed", "its code has errors", all(map(_is_python, blocks)))


def _is_python(code: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _passed(right: str, wrong: str, is_right: bool) -> Verdict:  # noqa: FBT001 it is the question
    return Verdict(1.0, right) if is_right else Verdict(0.0, wrong)
