from dataclasses import dataclass, field

import pytest

from service.availability.availability import Availability
from service.errors import ModelBusy
from service.gateway.result import CallResult
from service.settings import AvailabilitySettings

pytestmark = pytest.mark.anyio

OK = CallResult("ok", http_status=200, latency_seconds=1.0)
FAILED = CallResult("error", "failed", 500)
LIMITED = CallResult("error", "rejected", 429, headers={"retry-after": "30"})
AT_FAULT = CallResult("error", "rejected", 400)
LEFT = CallResult("cancelled", "hung_up")


@dataclass
class Watched:
    """Availability, with a clock that stands still until it is set."""

    now: float = 0.0
    limits: dict[str, int | None] = field(default_factory=lambda: {"a": None, "b": None})

    def __post_init__(self) -> None:
        settings = AvailabilitySettings(failures_to_open=2, cool_down_seconds=10.0)
        self.availability = Availability(settings, self.limits, lambda: self.now)

    async def call(self, model: str, *results: CallResult) -> None:
        """Calls that end like this, one after the other."""
        for result in results:
            tries = await self.availability.begin(model)
            self.availability.note(model, result, tries=tries)

    @property
    def out(self) -> dict[str, str]:
        """Who is left out of all models."""
        return self.availability.left_out(self.limits)


async def test_nothing_is_known_at_first_and_nobody_left_out() -> None:
    seen = Watched()

    assert seen.out == {}
    assert seen.availability.failure_rate("a") == 0.0
    assert seen.availability.latency_seconds("a") is None


async def test_a_model_that_fails_is_left_out_until_it_has_cooled_down() -> None:
    seen = Watched()

    await seen.call("a", FAILED, FAILED)
    cooling = seen.out
    seen.now = 10.0

    assert cooling == {"a": "cooling down for 10.0 s more"}
    assert seen.out == {}


async def test_one_call_at_a_time_tries_a_model_that_has_cooled_down() -> None:
    seen = Watched()
    await seen.call("a", FAILED, FAILED)
    seen.now = 10.0

    tries = await seen.availability.begin("a")
    tried = seen.out
    seen.availability.note("a", LEFT, tries=tries)
    left = seen.out
    await seen.call("a", OK)

    assert tried == {"a": "failed before, and is being tried by another request"}
    assert left == seen.out == {}


async def test_a_call_from_before_a_cool_down_does_not_say_how_it_ends() -> None:
    seen = Watched()
    old = await seen.availability.begin("a")
    await seen.call("a", FAILED, FAILED)
    seen.now = 10.0
    trying = await seen.availability.begin("a")

    seen.availability.note("a", OK, tries=old)
    still_tried = seen.out
    seen.availability.note("a", FAILED, tries=trying)

    assert (old, trying) == (False, True)
    assert still_tried == {"a": "failed before, and is being tried by another request"}
    assert list(seen.out) == ["a"]


async def test_all_models_out_is_none_out() -> None:
    seen = Watched()

    await seen.call("a", FAILED, FAILED)
    await seen.call("b", LIMITED)

    assert seen.out == {}


async def test_where_all_are_out_a_busy_model_is_better_than_a_broken_one() -> None:
    seen = Watched(limits={"a": None, "b": 1})

    await seen.call("a", FAILED, FAILED)
    await seen.availability.begin("b")

    assert list(seen.out) == ["a"]


async def test_a_rate_limit_holds_as_long_as_it_says_and_is_no_failure_in_a_row() -> None:
    seen = Watched()

    await seen.call("a", LIMITED)
    told = seen.out
    seen.now = 30.0
    after = seen.out
    await seen.call("a", FAILED)

    assert told == {"a": "over its provider's rate limit for 30.0 s more"}
    assert after == seen.out == {}


async def test_the_last_answer_a_limit_allows_is_told_of_before_the_first_refusal() -> None:
    seen = Watched()
    spent = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "2s"}

    await seen.call("a", CallResult("ok", headers=spent))

    assert list(seen.out) == ["a"]


async def test_a_rate_limit_of_days_is_bounded() -> None:
    seen = Watched()
    days = CallResult("error", "rejected", 429, headers={"retry-after": "9999999"})

    await seen.call("a", days)
    seen.now = 300.0

    assert seen.out == {}


@pytest.mark.parametrize("result", [AT_FAULT, LEFT, OK])
async def test_what_is_not_the_models_failing_does_not_count_against_it(result: CallResult) -> None:
    seen = Watched()

    await seen.call("a", *[result] * 20)

    assert seen.out == {}
    assert seen.availability.failure_rate("a") == 0.0


async def test_a_refused_key_is_out_at_once() -> None:
    seen = Watched()

    await seen.call("a", CallResult("error", "denied", 401))

    assert list(seen.out) == ["a"]


async def test_the_failure_rate_follows_the_calls_and_fades_while_there_are_none() -> None:
    seen = Watched()

    await seen.call("a", *[FAILED] * 100)
    high = seen.availability.failure_rate("a")
    seen.now = 60.0
    half = seen.availability.failure_rate("a")
    seen.now = 3600.0

    assert high == pytest.approx(1.0, abs=1e-3)
    assert half == pytest.approx(0.5, abs=1e-3)
    assert seen.availability.failure_rate("a") < 1e-6


async def test_the_latency_is_of_calls_that_succeeded_lately() -> None:
    seen = Watched()

    await seen.call("a", OK, CallResult("ok", latency_seconds=2.0))
    await seen.call("a", CallResult("error", "timeout", latency_seconds=120.0))
    known = seen.availability.latency_seconds("a")
    seen.now = 3600.0

    assert known == pytest.approx(1.1)
    assert seen.availability.latency_seconds("a") is None


async def test_a_model_that_slows_down_is_slower_than_usual_until_that_is_long_ago() -> None:
    seen = Watched()
    slow = CallResult("ok", latency_seconds=20.0)

    unknown = seen.availability.slowness("a")
    await seen.call("a", *[OK] * 30)
    usual = seen.availability.slowness("a")
    await seen.call("a", *[slow] * 10)
    slower = seen.availability.slowness("a")
    seen.now = 3600.0

    assert unknown == 1.0
    assert usual == pytest.approx(1.0)
    assert slower == pytest.approx((20 - 19 * 0.9**10) / (230 / 40))
    assert seen.availability.slowness("a") == 1.0


async def test_a_model_has_no_more_calls_in_flight_than_it_may() -> None:
    seen = Watched(limits={"a": 1, "b": None})

    await seen.availability.begin("a")
    busy = seen.out
    with pytest.raises(ModelBusy):
        await seen.availability.begin("a", 0.01)
    seen.availability.note("a", OK, tries=False)
    await seen.availability.begin("a", 0.01)

    assert busy == {"a": "has 1 calls in flight, as many as it may"}
