"""docs/failures.md: its examples are served, and what it tells is what the code does."""

import re
from pathlib import Path

import msgspec
import pytest

from service import errors
from service.api.errors import STATUS, code_of, status_of
from service.failover.retrying import may_pass
from service.gateway.result import CallResult
from service.settings import AvailabilitySettings, loads
from service.settings.entries import ModelEntry, RouteEntry

PAGE = (Path(__file__).parents[2] / "docs" / "failures.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
FAILURES = [kind for kind in vars(errors).values() if isinstance(kind, type)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_served(example: str) -> None:
    assert loads(example, {}).models


def test_every_key_of_availability_is_told_of() -> None:
    assert all(f"`{key}`" in PAGE for key in AvailabilitySettings.__struct_fields__)


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        (RouteEntry, "deadline_seconds"),
        (ModelEntry, "connect_timeout_seconds"),
        (ModelEntry, "timeout_seconds"),
        (ModelEntry, "idle_timeout_seconds"),
    ],
)
def test_the_time_limits_are_those_of_the_configuration(
    entry: type[msgspec.Struct], key: str
) -> None:
    default = next(f.default for f in msgspec.structs.fields(entry) if f.name == key)

    assert re.search(rf"\.{key}` \| {default:g} \|", PAGE)


def test_every_reason_and_every_code_is_told_of() -> None:
    failures = [kind for kind in FAILURES if issubclass(kind, errors.CallFailed)]

    assert all(f"`{kind.reason}`" in PAGE for kind in failures)
    told = re.findall(r"^\|.*\| (\d{3}) \| (.*) \|$", PAGE, re.MULTILINE)
    for status, codes in told:
        for code in re.findall(r"`(\w+)`", codes):
            assert status_of(_named(code))[0] == int(status)
    assert errors.ModelBusy in STATUS


@pytest.mark.parametrize("status", [500, 503, 599, 408, 425, 429, 401, 402, 403, 301])
def test_the_table_says_which_statuses_are_tried_again(status: int) -> None:
    again = _again(status)

    reason = (
        "denied" if status in {401, 402, 403} else "rejected" if 400 <= status < 500 else "failed"
    )
    assert may_pass(CallResult("error", reason, status)) == (again == "yes")


def _again(status: int) -> str:
    """What the table says of a status."""
    rows = re.findall(r"^\| ([^|]*status[^|]*) \| `\w+` \| (\w+)", PAGE, re.MULTILINE)
    for what, again in rows:
        numbers = [int(number) for number in re.findall(r"\d{3}", what)]
        if status in numbers or (" to " in what and numbers[0] <= status <= numbers[1]):
            return str(again)
    return next(str(again) for what, again in rows if "redirect" in what)


def _named(code: str) -> type[Exception]:
    kinds = [kind for kind in FAILURES if issubclass(kind, errors.CallFailed)]
    return next(k for k in kinds if code_of(k.__new__(k)) == code)
